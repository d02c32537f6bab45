using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Instruments;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Authoring.Testing;

/// <summary>A strategy on a lane of its own whose callbacks a test calls one by one.</summary>
internal sealed class TestedStrategy : IDisposable
{
    private const double PriceUnknown = 100;
    private static readonly Timestamp Start = new(1_704_067_200_000); // as the driver's fixtures

    private readonly ScriptLane _lane;
    private readonly LoadedStrategy _strategy;
    private readonly Symbol _symbol;
    private readonly Interval _interval;
    private Timestamp _now = Start;
    private double _last = PriceUnknown;

    private TestedStrategy(ScriptLane lane, LoadedStrategy strategy, Symbol symbol)
    {
        (_lane, _strategy, _symbol, _interval) = (lane, strategy, symbol, strategy.Settings.Interval);
    }

    public ScriptValue Settings => _strategy.Script.Settings;

    public static TestedStrategy Load(IScriptEngine engine, HostOptions options, string file, JsonElement setup)
    {
        var lane = new ScriptLane(Path.GetFileName(file));
        try
        {
            return lane.Run(() => LoadOn(lane, engine, options, file, setup));
        }
        catch
        {
            lane.Dispose();
            throw;
        }
    }

    /// <summary>Calls one callback; the answer's fault is the author's to mend.</summary>
    public ScriptAnswer Call(string callback, JsonElement given, JsonElement ctx) => _lane.Run(() =>
    {
        if (_strategy.Script.Fault is not null)
        {
            throw new FixtureException($"{_strategy.File} is not called again after an error; load it anew with strategy()");
        }

        _now = new Timestamp((long)FixtureTape.Number(ctx, "now", "ctx", _now.Ms));
        var call = CallOf(callback, given);
        return _strategy.Script.Call(call, FixtureView.Of(ctx, _symbol, _last, _now));
    });

    public void Dispose()
    {
        _lane.Run(_strategy.Script.Dispose);
        _lane.Dispose();
    }

    private static TestedStrategy LoadOn(ScriptLane lane, IScriptEngine engine, HostOptions options, string file, JsonElement setup)
    {
        var parameters = FixtureView.Part(setup, "params") is { ValueKind: JsonValueKind.Object } given
            ? ScriptValueJson.Read(given).Fields : [];
        var loaded = LoadedStrategy.Load(engine, file, null, parameters, options.Simulation.Seed);
        if (!loaded.IsOk)
        {
            throw new FixtureException(string.Join("; ", loaded.Errors.Select(e => e.ToString())));
        }

        var settings = loaded.Value.Settings;
        var symbol = new Symbol(FixtureView.Text(setup, "symbol", settings.Symbols.Select(s => s.Name).FirstOrDefault() ?? "BTCUSDT"));
        var instrument = InstrumentChooser.Choose(null, options.Of(symbol), new DataDecimals(2, 3));
        if (!instrument.IsOk)
        {
            throw new FixtureException(string.Join("; ", instrument.Errors.Select(e => e.ToString())));
        }

        loaded.Value.Script.Configure(new ScriptEnvironment
        {
            Instruments = [instrument.Value.Instrument],
            Intervals = [settings.Interval, .. settings.Intervals],
            Parameters = [.. settings.Parameters.Select(p => KeyValuePair.Create(p.Name, p.Default))],
        });
        var tested = new TestedStrategy(lane, loaded.Value, symbol);
        if (FixtureView.Part(setup, "history") is { ValueKind: JsonValueKind.Array } history && history.GetArrayLength() > 0)
        {
            tested.Remember(FixtureTape.Candles(history, symbol, settings.Interval));
        }

        return tested;
    }

    private void Remember(KlineBlock block)
    {
        var run = new KlineRun(block, 0, block.Count)
        {
            At = new Timestamp(block.Start[0] + _interval.Ms),
            Callback = false,
        };
        _strategy.Script.Call(run, FixtureView.Of(default, _symbol, PriceUnknown, run.At));
        _now = new Timestamp(block.Start[^1] + _interval.Ms);
        _last = (double)FixedPoint.ToDecimal(block.Close[^1]);
    }

    private ScriptCall CallOf(string callback, JsonElement given) => callback switch
    {
        "on_kline" => Candle(given),
        "on_trade" => Trade(given),
        "on_orderbook" => Book(given),
        "on_ticker" => new TickerCall(_symbol, Number(given, "volume_24h"), Number(given, "turnover_24h"), Number(given, "open_interest"))
        {
            At = _now,
        },
        "on_fill" => Fill(given),
        "on_order" => new OrderCall(
            FixtureView.Order(given, _symbol, _now, "order-1"), OrNull(FixtureView.Text(given, "code", "")),
            OrNull(FixtureView.Text(given, "text", "")))
        {
            At = _now,
        },
        "on_timer" => new TimerCall
        {
            At = given.ValueKind == JsonValueKind.Number ? _now = new Timestamp(given.GetInt64()) : _now,
        },
        "on_start" => new StartCall { At = _now },
        "on_stop" => new StopCall { At = _now },
        _ => throw new FixtureException($"'{callback}' is no callback"),
    };

    private KlineRun Candle(JsonElement given)
    {
        var close = FixtureTape.Number(given, "close", "on_kline");
        var open = FixtureTape.Number(given, "open", "on_kline", _last == PriceUnknown && _now == Start ? close : _last);
        var start = (long)FixtureTape.Number(given, "start", "on_kline", _interval.StartOf(_now).Ms);
        long Units(string name, double otherwise) => FixtureTape.Units(FixtureTape.Number(given, name, "on_kline", otherwise), name);
        var volume = FixtureTape.Number(given, "volume", "on_kline", 10);
        var block = new KlineBlock(
            _symbol, _interval, [start], [Units("open", open)], [Units("high", Math.Max(open, close))],
            [Units("low", Math.Min(open, close))], [Units("close", close)], [Units("volume", volume)], [volume * close]);
        (_now, _last) = (new Timestamp(start + _interval.Ms), close);
        return new KlineRun(block, 0, 1) { At = _now };
    }

    private TradeRun Trade(JsonElement given)
    {
        _last = FixtureTape.Number(given, "price", "on_trade");
        _now = new Timestamp((long)FixtureTape.Number(given, "time", "on_trade", _now.Ms));
        var size = FixtureTape.Units(FixtureTape.Number(given, "size", "on_trade", 1), "size");
        var block = new TradeBlock(
            _symbol, [_now.Ms], [FixtureTape.Units(_last, "price")], [size], [(sbyte)(FixtureView.SideOf(given) == Side.Buy ? 1 : -1)]);
        return new TradeRun(block, 0, 1) { At = _now };
    }

    private OrderBookCall Book(JsonElement given)
    {
        var (bids, asks) = (Levels(given, "bids"), Levels(given, "asks"));
        _last = bids.Length > 0 && asks.Length > 0 ? (double)FixedPoint.ToDecimal((bids[0].Price + asks[0].Price) / 2) : _last;
        return new OrderBookCall(_symbol, bids, asks) { At = _now };
    }

    private static BookLevel[] Levels(JsonElement given, string side) =>
        FixtureView.Part(given, side) is { ValueKind: JsonValueKind.Array } levels
            ? [.. levels.EnumerateArray().Select(l => new BookLevel(Unit(l, 0, side), Unit(l, 1, side)))]
            : throw new FixtureException($"on_orderbook: {side} is missing; give [[price, size], …], best first");

    private static long Unit(JsonElement level, int index, string side) =>
        level.ValueKind == JsonValueKind.Array && level.GetArrayLength() == 2 && level[index].ValueKind == JsonValueKind.Number
            ? FixtureTape.Units(level[index].GetDouble(), side)
            : throw new FixtureException($"on_orderbook: each of {side} is [price, size]");

    private FillCall Fill(JsonElement given)
    {
        var price = _last = FixtureTape.Number(given, "price", "on_fill");
        var quantity = FixtureTape.Number(given, "quantity", "on_fill");
        return new FillCall(new ScriptFill
        {
            Symbol = _symbol,
            Side = FixtureView.SideOf(given),
            Price = price,
            Quantity = quantity,
            Fee = FixtureTape.Number(given, "fee", "on_fill", 0),
            FeeRate = 0.00055,
            IsMaker = false,
            OrderId = FixtureView.Text(given, "order_id", "order-1"),
            Tag = FixtureView.Text(given, "tag", ""),
            Tranche = FixtureView.Text(given, "tranche", ""),
            Role = FixtureView.Text(given, "role", "entry"),
            ExecutionId = FixtureView.Text(given, "exec_id", "exec-1"),
            Time = _now,
            RealisedPnl = FixtureTape.Number(given, "realised_pnl", "on_fill", 0),
        })
        {
            At = _now,
        };
    }

    private static double Number(JsonElement given, string name) => FixtureTape.Number(given, name, "on_ticker", double.NaN);

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
