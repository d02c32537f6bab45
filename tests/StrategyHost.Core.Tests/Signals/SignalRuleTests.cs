using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;
using static StrategyHost.Core.Tests.Signals.Script;

namespace StrategyHost.Core.Tests.Signals;

/// <summary>Rules between the fields of one signal (contracts §2.1).</summary>
public sealed class SignalRuleTests
{
    private static ScriptValue Rung(string kind, object value, object? share = null) =>
        share is null ? Object((kind, value)) : Object((kind, value), ("share", share));

    private static ScriptValue Buy(params (string, object?)[] more) => Object(Entry(more));

    public static TheoryData<string, string, string, ScriptValue> Refusals => new()
    {
        { "no action", "required", "action", Object(("quantity", 1)) },
        { "entry without quantity", "missing_quantity", "quantity", Object(("action", "buy")) },
        { "two quantities", "exclusive", "risk_percent", Object(("action", "buy"), ("quantity", 1), ("risk_percent", 1)) },
        { "quantity and share", "exclusive", "share", Object(("action", "close"), ("quantity", 1), ("share", 50)) },
        { "close sized by equity", "not_with_action", "quantity_percent", Object(("action", "close"), ("quantity_percent", 50)) },
        { "limit without price", "required", "price", Buy(("type", "limit")) },
        { "stop_limit without price", "required", "price", Buy(("type", "stop_limit"), ("stop_price", 2)) },
        { "market with price", "not_with_type", "price", Buy(("price", 1)) },
        { "stop_market with price", "not_with_type", "price", Buy(("type", "stop_market"), ("stop_price", 2), ("price", 1)) },
        { "stop_market without trigger", "required", "stop_price", Buy(("type", "stop_market")) },
        { "stop_market with null trigger", "required", "stop_price", Buy(("type", "stop_market"), ("stop_price", null)) },
        { "trailing_stop without distance", "required", "trail_percent", Buy(("type", "trailing_stop")) },
        { "trailing_stop with null distance", "required", "trail_percent", Buy(("type", "trailing_stop"), ("trail_percent", null)) },
        { "trailing_stop with stop_price", "not_with_type", "stop_price",
            Buy(("type", "trailing_stop"), ("trail_percent", 1), ("stop_price", 1)) },
        { "both stops on a market entry", "exclusive", "stop_loss", Buy(("stop_price", 1), ("stop_loss", 1)) },
        { "both stops on a limit entry", "exclusive", "stop_loss",
            Buy(("type", "limit"), ("price", 2), ("stop_price", 1), ("stop_loss", 1)) },
        { "both stops on hold", "exclusive", "stop_loss", Object(("action", "hold"), ("stop_price", 1), ("stop_loss", 1)) },
        { "two stop kinds", "exclusive", "stop_loss_atr", Buy(("stop_loss_percent", 1), ("stop_loss_atr", 1)) },
        { "two stop kinds, one null", "exclusive", "stop_loss_percent", Buy(("stop_loss", null), ("stop_loss_percent", 1)) },
        { "two target kinds", "exclusive", "take_profit_percent", Buy(("take_profit", 9), ("take_profit_percent", 1)) },
        { "two trail kinds", "exclusive", "trail_amount", Buy(("trail_percent", 1), ("trail_amount", 1)) },
        { "activation alone", "required", "trail_activation", Buy(("trail_activation", 1)) },
        { "breakeven without condition", "required", "breakeven", Buy(("breakeven", Object(("offset_fees", true)))) },
        { "breakeven with both conditions", "exclusive", "breakeven.after_tp",
            Buy(("breakeven", Object(("after_percent", 1), ("after_tp", 1)))) },
        { "breakeven with unknown field", "unknown_field", "breakeven.after", Buy(("breakeven", Object(("after_tp", 1), ("after", 1)))) },
        { "breakeven beyond the targets", "out_of_range", "breakeven.after_tp",
            Buy(("take_profit", 9), ("breakeven", Object(("after_tp", 2)))) },
        { "breakeven after no target", "out_of_range", "breakeven.after_tp",
            Buy(("take_profit", null), ("breakeven", Object(("after_tp", 1)))) },
        { "breakeven after half a target", "wrong_type", "breakeven.after_tp", Buy(("breakeven", Object(("after_tp", 1.5)))) },
        { "empty ladder", "wrong_type", "take_profit", Buy(("take_profit", List())) },
        { "rung that is a number", "wrong_type", "take_profit[0]", Buy(("take_profit", List(1))) },
        { "rung without level", "required", "take_profit[0]", Buy(("take_profit", List(Object(("share", 100))))) },
        { "rung with two levels", "exclusive", "take_profit[0].atr", Buy(("take_profit", List(Object(("price", 1), ("atr", 1))))) },
        { "rung with NaN", "not_finite", "take_profit[1].percent",
            Buy(("take_profit", List(Rung("percent", 1), Rung("percent", double.NaN)))) },
        { "rung of another kind", "exclusive", "take_profit_atr[0].price", Buy(("take_profit_atr", List(Rung("price", 1)))) },
        { "shares below 100", "shares_not_100", "take_profit", Buy(("take_profit", List(Rung("price", 1, 50), Rung("price", 2, 49)))) },
        { "shares above 100", "shares_not_100", "take_profit", Buy(("take_profit", List(Rung("price", 1, 60), Rung("price", 2, 60)))) },
        { "one share missing", "shares_not_100", "take_profit", Buy(("take_profit", List(Rung("price", 1, 60), Rung("price", 2)))) },
        { "share of zero", "out_of_range", "take_profit[0].share", Buy(("take_profit", List(Rung("price", 1, 0), Rung("price", 2, 100)))) },
        { "both trigger spellings", "exclusive", "working_type", Buy(("trigger_by", "mark"), ("working_type", "MARK_PRICE")) },
        { "post_only market", "not_with_type", "post_only", Buy(("post_only", true)) },
        { "PostOnly market", "not_with_type", "time_in_force", Buy(("time_in_force", "PostOnly")) },
        { "post_only and IOC", "exclusive", "time_in_force",
            Buy(("type", "limit"), ("price", 1), ("post_only", true), ("time_in_force", "IOC")) },
        { "reduce_only with stop", "not_with_reduce_only", "stop_loss", Buy(("reduce_only", true), ("stop_loss", 1)) },
        { "reduce_only with flip", "not_with_reduce_only", "flip", Buy(("reduce_only", true), ("flip", true)) },
        { "flip and scale_in", "exclusive", "scale_in", Buy(("flip", true), ("scale_in", true)) },
        { "hold with quantity", "not_with_action", "quantity", Object(("action", "hold"), ("quantity", 1)) },
        { "hold removing the stop", "would_loosen", "stop_loss", Object(("action", "hold"), ("stop_loss", null)) },
        { "modify removing the stop", "would_loosen", "stop_loss", Object(("action", "modify"), ("order", "a"), ("stop_loss", null)) },
        { "modify without order", "required", "order", Object(("action", "modify"), ("price", 1)) },
        { "cancel without order", "required", "order", Object(("action", "cancel")) },
        { "cancel with protection", "not_with_action", "stop_loss", Object(("action", "cancel"), ("order", "a"), ("stop_loss", 1)) },
        { "entry with order", "not_with_action", "order", Buy(("order", "a")) },
        { "modify with new expiry", "not_with_action", "expires_in", Object(("action", "modify"), ("order", "a"), ("expires_in", 5)) },
        { "close with a stop", "not_with_type", "stop_price", Object(("action", "close"), ("stop_price", 1)) },
        { "close with stop_loss", "not_with_action", "stop_loss", Object(("action", "close"), ("stop_loss", 1)) },
        { "close with a trail", "not_with_type", "trail_percent", Object(("action", "close"), ("trail_percent", 1)) },
        { "empty label", "bad_label", "oco", Buy(("oco", "")) },
        { "reserved tag", "reserved_tag", "tag", Buy(("tag", "all")) },
        { "foreign symbol", "unknown_symbol", "symbol", Buy(("symbol", "BTCUSD")) },
        { "mirror with unknown field", "unknown_field", "mirror.ratio", Buy(("mirror", Object(("ratio", 1)))) },
        { "mirror proportion of zero", "out_of_range", "mirror.proportion", Buy(("mirror", Object(("proportion", 0)))) },
        { "capital action", "unknown_value", "action", Object(("action", "BUY"), ("quantity", 1)) },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Rule_refuses_with_code_and_field(string name, string rule, string field, ScriptValue value)
    {
        var parsed = Assert.Single(SignalParser.Parse(value, Context));
        Assert.False(parsed.IsAccepted, name);
        var error = Assert.Single(parsed.Errors);
        Assert.Equal((rule, field), (error.Rule, error.Field));
        Assert.Contains(rule, SignalRules.All.Select(r => r.Key));
        Assert.NotEmpty(error.Message);
    }

    [Fact]
    public void Unknown_type_brings_no_further_errors() =>
        Assert.Equal("unknown_value", Refuse(Entry(("type", "limti"), ("price", 1), ("stop_price", 1))).Rule);

    [Theory]
    [InlineData("buy", "market", true)]
    [InlineData("sell", "limit", true)]
    [InlineData("buy", "stop_market", false)]
    [InlineData("sell", "stop_limit", false)]
    [InlineData("hold", null, true)]
    [InlineData("modify", null, false)]
    public void Stop_price_protects_or_triggers_by_type(string action, string? type, bool protects)
    {
        var fields = new List<(string, object?)> { ("action", action), ("stop_price", 90) };
        (string, object?)[] order = [("quantity", 1), ("type", type)];
        fields.AddRange(action == "modify" ? [("order", "x")] : action == "hold" ? [] : order);
        if (type is "limit" or "stop_limit")
        {
            fields.Add(("price", 100));
        }

        var signal = Accept(fields);
        Assert.Equal(protects, signal.Protection.Stop.IsSaid);
        Assert.Equal(protects ? null : 90m, signal.TriggerPrice);
    }

    [Fact]
    public void Stop_entry_has_trigger_and_protective_stop()
    {
        var signal = Accept(Entry(("type", "stop_market"), ("stop_price", 100), ("stop_loss_percent", 1)));
        Assert.Equal(100m, signal.TriggerPrice);
        Assert.Equal(new Level(LevelKind.Percent, 1), signal.Protection.Stop.Value);
    }

    [Theory]
    [InlineData("stop_loss")]
    [InlineData("stop_price")]
    [InlineData("stop_loss_percent")]
    [InlineData("stop_loss_atr")]
    public void Null_stop_says_none(string name) => Assert.Equal(Said<Level>.None, Accept(Entry((name, null))).Protection.Stop);

    [Fact]
    public void Null_says_none_for_target_trail_and_breakeven()
    {
        var protection = Accept(Entry(("take_profit", null), ("trail_percent", null), ("breakeven", null))).Protection;
        Assert.Equal(Said<TargetSpec>.None, protection.Target);
        Assert.Equal(Said<TrailSpec>.None, protection.Trail);
        Assert.Equal(Said<BreakevenSpec>.None, protection.Breakeven);
        Assert.False(protection.Stop.IsSaid);
    }

    [Fact]
    public void Ladder_keeps_order_kinds_and_shares()
    {
        var ladder = List(Rung("percent", 1, 50), Rung("atr", 2, "30"), Rung("price", 130, 20));
        Assert.Equal(
            new TargetSpec([
                new TargetRung(new Level(LevelKind.Percent, 1), 50),
                new TargetRung(new Level(LevelKind.Atr, 2), 30),
                new TargetRung(new Level(LevelKind.Price, 130), 20),
            ]),
            Accept(Entry(("take_profit", ladder))).Protection.Target.Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(20)]
    public void Ladder_without_shares_is_split_equally_and_sums_to_100(int count)
    {
        var ladder = List([.. Enumerable.Range(1, count).Select(i => (object?)Rung("percent", i))]);
        var rungs = Accept(Entry(("take_profit_percent", ladder))).Protection.Target.Value!.Rungs;
        Assert.Equal(100m, rungs.Sum(r => r.SharePercent));
        Assert.All(rungs, r => Assert.InRange(r.SharePercent, (100m / count) - 0.00001m, (100m / count) + 0.00001m));
    }

    [Fact]
    public void Shares_that_miss_100_by_rounding_are_made_exact()
    {
        var ladder = List(Rung("percent", 1, 100.0 / 3), Rung("percent", 2, 100.0 / 3), Rung("percent", 3, 100.0 / 3));
        Assert.Equal(100m, Accept(Entry(("take_profit", ladder))).Protection.Target.Value!.Rungs.Sum(r => r.SharePercent));
    }

    [Theory]
    [InlineData("trigger_by", "mark", TriggerBy.Mark)]
    [InlineData("trigger_by", "index", TriggerBy.Index)]
    [InlineData("working_type", "CONTRACT_PRICE", TriggerBy.Last)]
    [InlineData("working_type", "MARK_PRICE", TriggerBy.Mark)]
    public void Trigger_price_source_has_two_spellings(string field, string value, TriggerBy expected)
    {
        var signal = Accept(Entry((field, value)));
        Assert.Equal((expected, expected), (signal.TriggerBy, signal.Protection.TriggerBy));
    }

    [Fact]
    public void Seconds_become_milliseconds()
    {
        var signal = Accept(Entry(
            ("expires_in", 1.5), ("close_after", 60), ("expires_candles", 3), ("close_after_candles", 4),
            ("close_at", 1_700_000_000_000.0)));
        Assert.Equal((1500L, 60_000L), (signal.ExpiresInMs, signal.CloseAfterMs));
        Assert.Equal((3, 4), (signal.ExpiresCandles, signal.CloseAfterCandles));
        Assert.Equal(new Timestamp(1_700_000_000_000), signal.CloseAt);
    }

    [Fact]
    public void Post_only_limit_is_post_only()
    {
        Assert.Equal(TimeInForce.PostOnly, Accept(Entry(("type", "limit"), ("price", 1), ("post_only", true))).TimeInForce);
        Assert.Equal(TimeInForce.PostOnly, Accept(Entry(("type", "limit"), ("price", 1), ("time_in_force", "PostOnly"))).TimeInForce);
        Assert.Equal(TimeInForce.Gtc, Accept(Entry(("type", "limit"), ("price", 1), ("post_only", false))).TimeInForce);
    }

    [Fact]
    public void Exit_orders_need_no_quantity()
    {
        Assert.Null(Accept(("action", "close")).Size);
        Assert.Null(Accept(("action", "sell"), ("type", "stop_market"), ("stop_price", 1)).Size);
        Assert.Equal(50m, Accept(("action", "sell"), ("type", "trailing_stop"), ("trail_amount", 5), ("share", 50)).Share);
        Assert.Null(Accept(("action", "sell"), ("reduce_only", true)).Size);
        Assert.Equal(25m, Accept(("action", "sell"), ("type", "limit"), ("price", 5), ("share", 25)).Share);
    }

    [Fact]
    public void Every_plain_field_reaches_the_signal()
    {
        var signal = Accept(("action", "sell"), ("symbol", "ETHUSDT"), ("position_side", "short"), ("quantity_usd", "250.5"),
            ("allow_clip", true), ("type", "limit"), ("price", "101.5"), ("oco", "pair"), ("group", "legs"), ("group_exit", false),
            ("tranche", "t1"), ("scale_in", true), ("keep_entries", true), ("accounts", "main"),
            ("mirror", Object(("proportion", 0.5), ("delay_ms", 20), ("reverse", true))), ("tag", "T-1"), ("reason", "why"));
        Assert.Equal((SignalAction.Sell, "ETHUSDT", PositionSide.Short), (signal.Action, signal.Symbol.Name, signal.PositionSide));
        Assert.Equal((new SizeSpec(SizeKind.QuoteValue, 250.5m), true, 101.5m), (signal.Size, signal.AllowClip, signal.Price));
        Assert.Equal(("pair", "legs", false, "t1"), (signal.Oco, signal.Group, signal.GroupExit, signal.Tranche));
        Assert.Equal((true, false, true, AccountScope.Main), (signal.ScaleIn, signal.Flip, signal.KeepEntries, signal.Accounts));
        Assert.Equal(new MirrorOverride(0.5m, 20, true), signal.Mirror);
        Assert.Equal(("T-1", "why"), (signal.Tag, signal.Reason));
    }
}
