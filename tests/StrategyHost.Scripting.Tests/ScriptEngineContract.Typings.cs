using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary>
/// <c>strategyhost.d.ts</c> against what a script really sees: every member is there, nothing else is, and the value's kind is one that the
/// type allows, with all that can be absent present and absent.
/// </summary>
public abstract partial class ScriptEngineContract
{
    private static TypingsText Declared { get; } = TypingsText.Read();

    [EngineFact]
    public void Typings_have_the_members_that_scripts_see()
    {
        foreach (var view in new[] { FullView(), ScriptView.Empty, BareView() })
        {
            Seen("Context", "on_kline", "ctx", KlineCall(), view);
            Seen("Indicators", "on_kline", "ctx.ta", KlineCall(), view);
            Seen("Market", "on_kline", "ctx.market", KlineCall(), view);
            Seen("Instrument", "on_kline", "ctx.instrument", KlineCall(), view);
            Seen("Ticker", "on_ticker", "e", new TickerCall(Running.Btc, double.NaN, 10, 11) { At = new Timestamp(1) }, view);
        }

        foreach (var view in new[] { FullView(), BareView() })
        {
            Seen("Position", "on_kline", "ctx.position", KlineCall(), view);
            Seen("Order", "on_kline", "ctx.orders[0]", KlineCall(), view);
        }

        Seen("Tranche", "on_kline", "ctx.position.tranches[0]", KlineCall(), FullView());
        Seen("Tranche", "on_kline", "ctx.position.tranches[1]", KlineCall(), FullView());
    }

    [EngineFact]
    public void Typings_have_the_members_of_events()
    {
        Seen("Kline", "on_kline", "e", KlineCall(), ScriptView.Empty);
        Seen("Trade", "on_trade", "e", new TradeRun(Running.Trades(1), 0, 1) { At = new Timestamp(1) }, ScriptView.Empty);
        Seen("Book", "on_orderbook", "e", new OrderBookCall(Running.Btc, [], []) { At = new Timestamp(5) }, ScriptView.Empty);
        BookLevel[] side = [new(2_500_000_000, 1_000_000)];
        Seen("Book", "on_orderbook", "e", new OrderBookCall(Running.Btc, side, side) { At = new Timestamp(5) }, ScriptView.Empty);
        Seen("Fill", "on_fill", "e", new FillCall(Fill) { At = new Timestamp(1) }, ScriptView.Empty);
        Seen("OrderEvent", "on_order", "e", new OrderCall(Order, "code", "text") { At = new Timestamp(1) }, ScriptView.Empty);
        Seen("OrderEvent", "on_order", "e", new OrderCall(Order, null, null) { At = new Timestamp(1) }, ScriptView.Empty);
    }

    [EngineFact]
    public void Typings_have_every_callback_source_and_interval()
    {
        var functions = Declared.Interface("StrategyFunctions").Select(m => m.Name).ToList();
        var script = string.Join('\n', functions.Select(n => $"function {n}() {{ {(n == "settings" ? "return {};" : "")} }}"));
        using (var running = new Running(Engine, script))
        {
            Assert.Equal(Enum.GetValues<ScriptCallbacks>().Aggregate((a, b) => a | b), running.Instance.Callbacks);
        }

        Assert.Equal(Sources, Declared.Choices("Source"));
        Assert.Equal(Interval.Names, Declared.Choices("IntervalName"));
        var options = Declared.Interface("IndicatorOptions").Select(m => m.Name).ToList();
        Assert.Equal(["symbol", "interval", "source", "back"], options);
    }

    [EngineFact]
    public void Indicators_of_the_typings_take_the_arguments_of_the_typings()
    {
        foreach (var member in Declared.Interface("Indicators"))
        {
            var arguments = member.Parameters!.Split(", ").Select(p => p[..p.IndexOf(':', StringComparison.Ordinal)].TrimEnd('?') switch
            {
                "options" => "{ source: 'close' }",
                "a" => "['sma', 2]",
                "b" => "'close'",
                var name => name == "slow" ? "3" : "2",
            });
            var value = Eval($"ctx.ta.{member.Name}({string.Join(", ", arguments)})", 9);
            Assert.True(value is not ("null" or "undefined"), $"{member.Name}: {value}");
            Assert.Equal(member.Type.StartsWith('{'), value.StartsWith('{'));
            Assert.All(
                member.Type.StartsWith('{') ? member.Type.Trim('{', ' ').Split(';').SkipLast(1) : [],
                field => Assert.Contains(field.Split(':')[0].Trim() + ":", value, StringComparison.Ordinal));
        }
    }

    private void Seen(string type, string callback, string expression, ScriptCall call, ScriptView view)
    {
        using var running = new Running(Engine, $$"""
            function kind(v) { return v === null ? 'null' : Array.isArray(v) ? 'array' : typeof v; }
            function {{callback}}(e, ctx) {
              var o = {{expression}};
              return Object.keys(o).map(function (k) { return [k, kind(o[k]), typeof o[k] === 'string' ? o[k] : '']; });
            }
            """);
        var answer = running.Call(call, view);
        Assert.Null(answer.Fault);
        var members = Declared.Interface(type).DistinctBy(m => m.Name).ToDictionary(m => m.Name);
        var seen = answer.Value.Items.Select(i => (Name: i.Items[0].Text, Kind: i.Items[1].Text, Value: i.Items[2].Text)).ToList();
        Assert.Equal(members.Keys.Order(StringComparer.Ordinal), seen.Select(s => s.Name).Order(StringComparer.Ordinal));
        Assert.All(seen, s => Assert.True(
            Declared.Admits(members[s.Name], s.Kind, s.Value), $"{type}.{s.Name} is declared as {members[s.Name].Type} and was {s.Kind} {s.Value}"));
    }

    private static KlineRun KlineCall()
    {
        var block = Running.Walk(1);
        return new KlineRun(block, 0, 1) { At = new Timestamp(block.Start[0] + block.Interval.Ms) };
    }

    /// <summary>Everything that may be absent is there.</summary>
    private static ScriptView FullView()
    {
        var held = Running.Position(100, 2);
        return held with
        {
            Positions = [held.Positions[0] with { TrailPercent = 1, Tranches = [new("", 1, 100, 90), new("b", 1, 100, double.NaN)] }],
            Orders = [Order with { Status = "open", Price = 5, StopPrice = 4, ExpiresAt = new Timestamp(8) }],
            Markets =
            [
                held.Markets[0] with { Bid = 99, Ask = 101, BidSize = 1, AskSize = 2, FundingRate = 0.0001, NextFundingTimeMs = 8 },
            ],
        };
    }

    /// <summary>Everything that may be absent is.</summary>
    private static ScriptView BareView()
    {
        var held = Running.Position(100, 2);
        return held with
        {
            Positions = [held.Positions[0] with { StopPrice = double.NaN }],
            Orders = [Order with { Status = "pending" }],
            Markets = [],
        };
    }
}
