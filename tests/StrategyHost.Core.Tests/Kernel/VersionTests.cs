using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Core.Tests.Protection;
using Interval = StrategyHost.Core.MarketData.Interval;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>Another version of a strategy takes over while the kernel runs; the test is its script.</summary>
public sealed class VersionTests
{
    private static readonly StrategyId Id = new("test");
    private static readonly Symbol Btc = Markets.Btc.Symbol;
    private static readonly Instrument Eth = Markets.Btc with { Symbol = new Symbol("ETHUSDT") };
    private readonly EffectList _effects = new();
    private readonly EngineKernel _kernel;
    private readonly List<ScriptCall> _called = [];
    private readonly List<Effect> _others = [];
    private long _now = 60_000_000;

    public VersionTests() => _kernel = new EngineKernel(new EngineOptions
    {
        Main = new AccountSetup { Account = AccountId.Main, StartBalance = 10_000m },
        Strategies = [Setup("old")],
        Instruments = [Markets.Btc],
    });

    [Fact]
    public void Events_wait_and_go_to_the_new_version_after_its_start()
    {
        Trade();
        Answer();
        Step(new StrategyHeld(Id, Setup("new", ScriptCallbacks.Trade | ScriptCallbacks.Start)) { At = Now });
        var (first, second) = (Trade(), Trade());
        Assert.Single(_called);
        Step(new StrategyReplaced(Setup("new", ScriptCallbacks.Trade | ScriptCallbacks.Start)) { At = Now });
        Answer(3);
        Assert.Equal(["StartCall", $"trade {first}", $"trade {second}"], _called.Skip(1).Select(Text));
        Assert.Equal("new", _kernel.Lanes[0].Setup.ScriptSha256);
    }

    [Fact]
    public void Call_under_way_ends_on_the_old_version_with_its_signals()
    {
        Trade();
        Step(new StrategyHeld(Id, Setup("new")) { At = Now });
        Step(new ScriptReturned(Id, _called[^1], new ScriptAnswer { Value = Buy }) { At = Now });
        Assert.Equal("accepted", Assert.Single(_others.OfType<SignalDecided>()).Outcome);
        Assert.Equal("old", _kernel.Main.Plans.Single().Origin.ScriptSha256);
        Step(new StrategyReplaced(Setup("new")) { At = Now });
        Assert.Equal("old", _kernel.Main.Plans.Single().Origin.ScriptSha256); // it made the plan
    }

    [Fact]
    public void Released_strategy_goes_on_with_what_waited_for_it_and_nothing_else()
    {
        Step(new InstrumentsAdded([Eth]) { At = Now });
        Step(new StrategyHeld(Id, Setup("new", ScriptCallbacks.Trade | ScriptCallbacks.Ticker, [Btc, Eth.Symbol])) { At = Now });
        var first = Trade();
        Trade(Eth.Symbol);
        var third = Trade();
        Step(new StrategyReleased(Id, "not this time") { At = Now });
        Answer(2);
        Assert.Equal([$"trade {first}", $"trade {third}"], _called.Select(Text));
        Assert.Equal("old", _kernel.Lanes[0].Setup.ScriptSha256);
    }

    [Fact]
    public void Candles_and_symbols_that_only_the_new_version_hears_wait_for_it()
    {
        var next = Setup("new", ScriptCallbacks.Kline, [Eth.Symbol, Btc]) with { Settings = new StrategySettings { Interval = new Interval(5) } };
        Step(new InstrumentsAdded([Eth]) { At = Now });
        Step(new StrategyHeld(Id, next) { At = Now });
        Trade();
        Candles(5, Eth.Symbol, Btc);
        Candles(1, Btc);
        Step(new StrategyReplaced(next) { At = Now });
        Answer(4);
        Assert.Equal(
            ["ETHUSDT 5m history", "BTCUSDT 5m history", "ETHUSDT 5m delivered", "BTCUSDT 5m delivered"], _called.Select(Text));
    }

    [Fact]
    public void Candles_that_both_keep_are_given_once_to_who_goes_on()
    {
        foreach (var isReplaced in new[] { true, false })
        {
            _called.Clear();
            Step(new StrategyHeld(Id, Setup("new", ScriptCallbacks.Kline)) { At = Now });
            Candles(1, Btc);
            Step(isReplaced ? new StrategyReplaced(Setup("new", ScriptCallbacks.Kline)) { At = Now } : new StrategyReleased(Id, "") { At = Now });
            Answer();
            Assert.Equal(["BTCUSDT 1m delivered and history"], _called.Select(Text));
        }
    }

    [Fact]
    public void Rest_of_a_warm_up_comes_before_the_candles_that_closed_meanwhile()
    {
        var price = FixedPoint.Units(100m);
        Kline[] candles = [.. Enumerable.Range(0, 3).Select(i => new Kline(_now + (i * 60_000), price, price, price, price, 1, 1))];
        var block = KlineBlocks.Of(Btc, new Interval(1), candles);
        Step(new StrategyReplaced(Setup("old", ScriptCallbacks.Kline)) { At = Now });
        Step(new KlinesClosed([new KlineRange(block, 0, 3)]) { At = Now, Warming = true });
        Step(new StrategyHeld(Id, Setup("new", ScriptCallbacks.Kline)) { At = Now });
        Candles(1, Btc);
        Answer(); // one candle of the three
        Step(new StrategyReleased(Id, "it does not compile") { At = Now });
        Answer(9);
        long[] starts = [.. _called.Cast<KlineRun>().Select(c => c.Block.Start[c.From])];
        Assert.Equal(starts.Order(), starts);
        Assert.Equal(4, starts.Length);
    }

    [Fact]
    public void Entry_that_waits_for_a_cancel_is_the_old_versions_whichever_trades_when_it_comes()
    {
        Trade();
        var entry = Signal(("action", "buy"), ("type", "limit"), ("price", 90.0), ("quantity", 1.0), ("stop_loss", 80.0));
        Step(new ScriptReturned(Id, _called[^1], new ScriptAnswer { Value = entry }) { At = Now });
        var resting = Assert.Single(_others.OfType<PlaceOrder>()).Request;
        Say(resting, OrderStatus.New);
        var both = ScriptValue.Of([Signal(("action", "cancel"), ("order", "entries")), entry]);
        Step(new ScriptReturned(Id, Call(), new ScriptAnswer { Value = both }) { At = Now });
        Step(new InstrumentsAdded([Eth]) { At = Now });
        Step(new StrategyReplaced(Setup("new", symbols: [Eth.Symbol])) { At = Now });
        Say(resting, OrderStatus.Cancelled);
        Assert.Equal(["accepted", "accepted", "accepted"], _others.OfType<SignalDecided>().Select(s => s.Outcome));
        Assert.Equal("old", _kernel.Main.Plans[^1].Origin.ScriptSha256);
        Assert.Equal("new", _kernel.Lanes[0].Setup.ScriptSha256);
    }

    [Fact]
    public void Fault_on_probation_holds_the_events_for_the_next_version()
    {
        Step(new StrategyHeld(Id, Setup("new")) { At = Now });
        Step(new StrategyReplaced(Setup("new")) { At = Now, HoldsOnFault = true });
        Trade();
        var second = Trade();
        Step(new ScriptReturned(Id, _called[^1], new ScriptAnswer { Fault = Fault }) { At = Now });
        Assert.Single(_others.OfType<StrategyFaulted>());
        Assert.Empty(_others.OfType<StrategyParked>());
        var third = Trade();
        Step(new StrategyReplaced(Setup("old")) { At = Now });
        Answer(2);
        Assert.Equal([$"trade {second}", $"trade {third}"], _called.Skip(1).Select(Text));
        Step(new ScriptReturned(Id, Call(), new ScriptAnswer { Fault = Fault }) { At = Now });
        Assert.Single(_others.OfType<StrategyParked>()); // nothing is left to go back to
    }

    [Fact]
    public void Version_that_faulted_and_is_released_is_parked_and_a_further_one_trades_again()
    {
        Step(new StrategyReplaced(Setup("new")) { At = Now, HoldsOnFault = true });
        Trade();
        Step(new ScriptReturned(Id, _called[^1], new ScriptAnswer { Fault = Fault }) { At = Now });
        Step(new StrategyReleased(Id, "it could not be loaded") { At = Now });
        Assert.Single(_others.OfType<StrategyParked>());
        Assert.True(_kernel.Lanes[0].IsParked);
        Trade();
        Assert.Single(_called);
        Step(new StrategyHeld(Id, Setup("third")) { At = Now });
        var waited = Trade();
        Step(new StrategyReplaced(Setup("third")) { At = Now });
        Assert.Equal([$"trade {waited}"], _called.Skip(1).Select(Text));
    }

    /// <summary>Nobody may wait for ever: what would be heard in the end is the past.</summary>
    [Fact]
    public void Strategy_whose_next_version_does_not_come_is_parked_when_too_many_events_wait_and_a_further_one_trades_again()
    {
        Step(new StrategyHeld(Id, Setup("new")) { At = Now });
        for (var i = 0; i < 100_000; i++)
        {
            Trade();
        }

        Assert.Empty(_others.OfType<StrategyParked>());
        Trade();
        Assert.Equal("script_behind", Assert.Single(_others.OfType<StrategyParked>()).Fault.Error.Rule);
        Assert.Empty(_kernel.Lanes[0].Waiting);
        Trade();
        Assert.Empty(_kernel.Lanes[0].Waiting);
        Step(new StrategyReplaced(Setup("third")) { At = Now });
        var told = Trade();
        Assert.Equal([$"trade {told}"], _called.Select(Text));
    }

    [Fact]
    public void Late_answer_of_a_call_that_was_given_up_is_not_heard()
    {
        Step(new StrategyReplaced(Setup("new")) { At = Now, HoldsOnFault = true });
        Trade();
        var call = _called[^1];
        Step(new ScriptOverdue(Id, call, 10_000) { At = Now });
        Assert.Single(_others.OfType<StrategyFaulted>());
        Step(new ScriptReturned(Id, call, new ScriptAnswer { Value = Buy }) { At = Now });
        Assert.Empty(_others.OfType<SignalDecided>());
    }

    [Fact]
    public void Timer_keeps_its_beat_where_it_stays_and_begins_anew_where_it_does_not()
    {
        StrategySetup Timed(string sha, long ms) => Setup(sha, ScriptCallbacks.Timer) with { Settings = new StrategySettings { TimerMs = ms } };
        Step(new StrategyReplaced(Timed("a", 1000)) { At = Now });
        var due = _kernel.Lanes[0].NextTimer;
        _now += 400;
        Step(new StrategyReplaced(Timed("b", 1000)) { At = Now });
        Assert.Equal(due, _kernel.Lanes[0].NextTimer);
        Step(new StrategyReplaced(Timed("c", 300)) { At = Now });
        Assert.Equal(Now.AddMs(300), _kernel.Lanes[0].NextTimer);
        Step(new StrategyReplaced(Setup("d")) { At = Now });
        Assert.Null(_kernel.Lanes[0].NextTimer);
    }

    [Fact]
    public void No_trade_is_lost_and_none_comes_twice_whatever_the_order_of_versions() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var (random, desk, told) = (new Random(seed), new VersionTests(), new List<string>());
        for (var i = 0; i < 200; i++)
        {
            switch (random.Next(6))
            {
                case 0 or 1 or 2:
                    told.Add($"trade {desk.Trade()}");
                    break;
                case 3:
                    desk.Answer();
                    break;
                case 4:
                    desk.Step(new StrategyHeld(Id, Setup($"{i}")) { At = desk.Now });
                    break;
                case 5 when desk._kernel.Lanes[0] is { IsHeld: true, InFlight: null }:
                    desk.Step(random.Next(2) == 0 ? new StrategyReplaced(Setup($"{i}")) { At = desk.Now } : new StrategyReleased(Id, "") { At = desk.Now });
                    break;
            }
        }

        desk.Answer();
        desk.Step(new StrategyReleased(Id, "") { At = desk.Now });
        desk.Answer(told.Count + 1);
        Assert.Equal(told, desk._called.Select(Text));
    }).QuickCheckThrowOnFailure();

    private static ScriptValue Buy => Signal(("action", "buy"), ("quantity", 1.0), ("stop_loss_percent", 1.0));

    private static ScriptValue Signal(params (string Name, object Value)[] fields) => ScriptValue.Of([.. fields.Select(
        f => KeyValuePair.Create(f.Name, f.Value is string text ? ScriptValue.Of(text) : ScriptValue.Of((double)f.Value)))]);

    /// <summary>The exchange says how an order stands that has not filled.</summary>
    private void Say(OrderRequest order, OrderStatus status)
    {
        var report = new OrderReport
        {
            Account = AccountId.Main,
            At = Now,
            Symbol = order.Symbol,
            OrderId = new ExchangeOrderId("x" + order.ClientOrderId),
            ClientOrderId = order.ClientOrderId,
            Status = status,
            Side = order.Side,
            Type = order.Type,
            Quantity = order.Quantity,
            FilledQuantity = Quantity.Zero,
        };
        Step(new Reported([report]) { At = Now });
    }

    private static ScriptFault Fault => new(ScriptFaultKind.Script, new Error { Rule = "script", Message = "it threw" });

    private Timestamp Now => new(_now);

    private static StrategySetup Setup(string sha256, ScriptCallbacks callbacks = ScriptCallbacks.Trade, Symbol[]? symbols = null) => new()
    {
        Strategy = Id,
        Settings = new StrategySettings(),
        Symbols = symbols ?? [Btc],
        Callbacks = callbacks,
        ScriptSha256 = sha256,
    };

    /// <summary>A trade at a time of its own, which is given back.</summary>
    private long Trade(Symbol? symbol = null)
    {
        _now += 10;
        var block = new TradeBlock(symbol ?? Btc, [_now], [FixedPoint.Units(100m)], [FixedPoint.Scale], [1]);
        Step(new TradesPrinted(block, 0, 1) { At = Now });
        return _now;
    }

    /// <summary>Candles that close at one instant.</summary>
    private void Candles(int minutes, params Symbol[] symbols)
    {
        _now += 300_000;
        var price = FixedPoint.Units(100m);
        var candle = new Kline(_now, price, price, price, price, 1, 1);
        KlineRange[] series = [.. symbols.Select(s => new KlineRange(KlineBlocks.Of(s, new Interval(minutes), [candle]), 0, 1))];
        Step(new KlinesClosed(series) { At = Now });
    }

    /// <summary>The script answers so many calls with nothing, as far as there are any.</summary>
    private void Answer(int count = 1)
    {
        for (var i = 0; i < count && _kernel.Lanes[0].InFlight is { } call; i++)
        {
            Step(new ScriptReturned(Id, call, ScriptAnswer.Nothing) { At = Now });
        }
    }

    /// <summary>The call of one more trade.</summary>
    private ScriptCall Call()
    {
        Trade();
        return _kernel.Lanes[0].InFlight!; // it was called just now
    }

    private void Step(EngineInput input)
    {
        _kernel.Step(input, _effects);
        while (_effects.TryTake(out var effect))
        {
            if (effect is CallScript { Call: var call })
            {
                _called.Add(call);
            }
            else
            {
                _others.Add(effect!); // TryTake said that there is one
            }
        }
    }

    private static string Text(ScriptCall call) => call switch
    {
        TradeRun run => $"trade {run.Block.Time[run.From]}",
        KlineRun run => $"{run.Block.Symbol} {run.Block.Interval} "
            + (run.Callback ? run.InHistory ? "delivered" : "delivered and history" : "history"),
        _ => call.GetType().Name,
    };
}
