using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Scripting.Tests;

/// <summary>A script loaded on its own lane, with one or two symbols; every member may be used from the test's thread.</summary>
internal sealed class Running : IDisposable
{
    public static readonly Symbol Btc = new("BTCUSDT");
    public static readonly Symbol Eth = new("ETHUSDT");
    public static readonly Interval Minute = new(1);
    public static readonly Interval Hour = new(60);
    private readonly ScriptLane _lane = new("test");

    public Running(
        IScriptEngine engine, string script, ScriptLimits? limits = null, string folder = "", Func<ScriptValue,
            ScriptEnvironment>? environment = null)
    {
        Loaded = _lane.Run(() => engine.Load(new ScriptSource("test.js", folder, script), limits ?? Generous));
        if (Loaded.IsOk)
        {
            _lane.Run(() => Loaded.Value.Configure(environment?.Invoke(Loaded.Value.Settings) ?? Environment));
        }
    }

    /// <summary>Far beyond need: the machine may be busy, and these tests are not about time.</summary>
    public static ScriptLimits Generous { get; } = new() { TimeLimitMs = 5000 };

    public static ScriptEnvironment Environment { get; } = new()
    {
        Instruments = [Instrument(Btc), Instrument(Eth)],
        Intervals = [Minute, Hour],
        Parameters = [new("fast", ScriptValue.Of(10)), new("name", ScriptValue.Of("x")), new("on", ScriptValue.Of(true))],
        HistoryLimit = 300,
    };

    public Result<IScriptInstance> Loaded { get; }
    public IScriptInstance Instance => Loaded.Value;

    public ScriptAnswer Call(ScriptCall call, ScriptView? view = null) => _lane.Run(() => Instance.Call(call, view ?? ScriptView.Empty));

    public T OnLane<T>(Func<T> function) => _lane.Run(function);

    /// <summary>Rows [from, to) of the block in one call.</summary>
    public ScriptAnswer Klines(KlineBlock block, int from, int to, ScriptView? view = null, double[]? stops = null) => Call(
        new KlineRun(block, from, to)
        {
            At = new Timestamp(block.Start[from] + block.Interval.Ms),
            Stops = stops,
        },
        view);

    /// <summary>The value that the expression has inside on_kline, after the given number of candles.</summary>
    public static ScriptValue Evaluate(IScriptEngine engine, string expression, int candles = 1, ScriptView? view = null)
    {
        using var running = new Running(engine,
            $"var n = 0; function on_kline(k, ctx) {{ if (++n === {candles}) {{ return [{expression}]; }} }}");
        var answer = running.Klines(Walk(candles), 0, candles, view);
        Xunit.Assert.Null(answer.Fault);
        return answer.Value.Items.Count == 0 ? ScriptValue.Undefined : answer.Value.Items[0];
    }

    public void Dispose()
    {
        if (Loaded.IsOk)
        {
            _lane.Run(Loaded.Value.Dispose);
        }

        _lane.Dispose();
    }

    public static Instrument Instrument(Symbol symbol) => new()
    {
        Symbol = symbol,
        TickSize = Price.Of(0.1m),
        QtyStep = Quantity.Of(0.001m),
        MinQty = Quantity.Of(0.002m),
        MinNotional = 5m,
    };

    /// <summary>Candles of a random walk, equal on every machine.</summary>
    public static KlineBlock Walk(int count, int seed = 5, Symbol? symbol = null, Interval? interval = null)
    {
        var random = new Random(seed);
        var step = interval ?? Minute;
        long[] Column() => new long[count];
        var (start, open, high, low, close, volume) = (Column(), Column(), Column(), Column(), Column(), Column());
        var turnover = new double[count];
        var price = 40_000_000_000_000L;
        for (var i = 0; i < count; i++)
        {
            start[i] = 1_704_067_200_000L + (i * step.Ms);
            open[i] = price;
            price += random.Next(-400, 401) * 100_000_000L;
            close[i] = price;
            high[i] = Math.Max(open[i], price) + (random.Next(0, 100) * 100_000_000L);
            low[i] = Math.Min(open[i], price) - (random.Next(0, 100) * 100_000_000L);
            volume[i] = random.Next(1, 1000) * 1_000_000L;
            turnover[i] = volume[i] / 1e9 * (price / 1e9);
        }

        return new KlineBlock(symbol ?? Btc, step, start, open, high, low, close, volume, turnover);
    }

    public static TradeBlock Trades(int count)
    {
        var random = new Random(3);
        var price = 40_000_000_000_000L;
        var block = new TradeBlock(Btc, new long[count], new long[count], new long[count], new sbyte[count]);
        for (var i = 0; i < count; i++)
        {
            price += random.Next(-9, 10) * 100_000_000L;
            block.Time[i] = 1_704_067_200_000L + (i * 37);
            block.Price[i] = price;
            block.Size[i] = random.Next(1, 99) * 1_000_000L;
            block.Side[i] = (sbyte)(random.Next(2) == 0 ? 1 : -1);
        }

        return block;
    }

    public static ScriptView Position(double entry, double size, PositionSide side = PositionSide.Long) => new()
    {
        WalletBalance = 1000,
        Available = 900,
        Positions = [new ScriptPosition
        {
            Symbol = Btc,
            Side = side,
            Size = size,
            EntryPrice = entry,
            StopPrice = entry * 0.9,
            OpenedAt = new Timestamp(5),
        }],
        Markets = [new ScriptMarket { Symbol = Btc, Last = entry, Mark = entry, Index = entry }],
    };

    /// <summary>The whole value as JSON-like text, nothing shortened; numbers exact.</summary>
    public static string Text(ScriptValue value) => value.Kind switch
    {
        ScriptValueKind.Text => "\"" + value.Text + "\"",
        ScriptValueKind.Number => value.Number.ToString("R", CultureInfo.InvariantCulture),
        ScriptValueKind.Array => "[" + string.Join(",", value.Items.Select(Text)) + "]",
        ScriptValueKind.Object => "{" + string.Join(",", value.Fields.Select(f => f.Key + ":" + Text(f.Value))) + "}",
        ScriptValueKind.Unsupported => "<" + value.Text + ">",
        _ => value.ToString(),
    };
}
