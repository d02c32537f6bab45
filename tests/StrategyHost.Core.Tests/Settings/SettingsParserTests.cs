using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;
using StrategyHost.Core.Tests.Signals;
using Interval = StrategyHost.Core.MarketData.Interval;
using static StrategyHost.Core.Tests.Signals.Script;

namespace StrategyHost.Core.Tests.Settings;

public sealed class SettingsParserTests
{
    private static StrategySettings Ok(params (string, object?)[] fields)
    {
        var result = SettingsParser.Parse(Object(fields), "demo.js");
        Assert.True(result.IsOk, string.Join("; ", result.Errors));
        return result.Value;
    }

    private static Error Bad(params (string, object?)[] fields) => Assert.Single(SettingsParser.Parse(Object(fields), "demo.js").Errors);

    [Fact]
    public void Script_without_settings_has_the_defaults()
    {
        var settings = SettingsParser.Parse(ScriptValue.Undefined).Value;
        Assert.Equal((new Interval(1), 50, 0, 5000L), (settings.Interval, settings.BookDepth, settings.Pyramiding, settings.MaxEventAgeMs));
        Assert.Equal((AccountScope.Both, Approach.None, true), (settings.Accounts, settings.Approach, settings.MergeTranches));
        Assert.Equal(ProtectionSpec.Unsaid, settings.Protection);
    }

    [Fact]
    public void Mission_settings_are_understood()
    {
        var protection = Ok(
            ("interval", "1m"), ("use_trailing_stops", true), ("trail_percent", 2.0), ("stop_loss_percent", 1.5),
            ("take_profit_percent", 3.0)).Protection;
        Assert.Equal(new TrailSpec(2, null, null), protection.Trail.Value);
        Assert.Equal(new Level(LevelKind.Percent, 1.5m), protection.Stop.Value);
        Assert.Equal(new TargetSpec([new TargetRung(new Level(LevelKind.Percent, 3), 100)]), protection.Target.Value);
        Assert.False(protection.Breakeven.IsSaid);
    }

    [Fact]
    public void Switched_off_trail_is_not_said_and_the_rest_stays()
    {
        var protection = Ok(("use_trailing_stops", false), ("trail_percent", 2.0), ("stop_loss_percent", 1.5)).Protection;
        Assert.False(protection.Trail.IsSaid);
        Assert.True(protection.Stop.IsSaid);
    }

    [Fact]
    public void Null_protection_says_none()
    {
        var protection = Ok(
            ("stop_loss_percent", null), ("take_profit_percent", null), ("trail_percent", null), ("breakeven", null)).Protection;
        Assert.Equal(Said<Level>.None, protection.Stop);
        Assert.Equal(Said<TargetSpec>.None, protection.Target);
        Assert.Equal(Said<TrailSpec>.None, protection.Trail);
        Assert.Equal(Said<BreakevenSpec>.None, protection.Breakeven);
    }

    [Fact]
    public void Every_key_reaches_the_settings()
    {
        var settings = Ok(
            ("symbols", List("BTCUSDT", "ETHUSDT")), ("interval", "5m"), ("intervals", List("1h", "15m", "5m")), ("on_all_intervals", true),
            ("warmup", Object(("5m", 200), ("1h", 50))), ("kline_updates", true), ("timer_ms", 1000),
            ("book_depth", 200), ("book_interval_ms", 250),
            ("pyramiding", 2), ("max_event_age_ms", 10_000), ("accounts", "mirror"), ("approach", "conservative"), ("mergeTranches", false),
            ("stop_loss_pct", 1), ("breakeven", Object(("after_tp", 1), ("offset_fees", true))));
        Assert.Equal(["BTCUSDT", "ETHUSDT"], settings.Symbols.Select(s => s.Name));
        Assert.Equal([new Interval(15), new Interval(60)], settings.Intervals);
        Assert.Equal(
            (new Interval(5), true, 200, true), (settings.Interval, settings.OnAllIntervals, settings.Warmup, settings.KlineUpdates));
        Assert.Equal([KeyValuePair.Create(new Interval(5), 200), KeyValuePair.Create(new Interval(60), 50)], settings.WarmupByInterval);
        Assert.Equal((1000L, 200, 250, 2), (settings.TimerMs, settings.BookDepth, settings.BookIntervalMs, settings.Pyramiding));
        Assert.Equal((10_000L, AccountScope.Mirror), (settings.MaxEventAgeMs, settings.Accounts));
        Assert.Equal((Approach.Conservative, false), (settings.Approach, settings.MergeTranches));
        Assert.Equal(new Level(LevelKind.Percent, 1), settings.Protection.Stop.Value);
        Assert.Equal(new BreakevenSpec(null, 1, true), settings.Protection.Breakeven.Value);
    }

    [Fact]
    public void One_symbol_may_be_a_text_and_warmup_a_number()
    {
        var settings = Ok(("symbols", "BTCUSDT"), ("warmup", 30));
        Assert.Equal("BTCUSDT", Assert.Single(settings.Symbols).Name);
        Assert.Equal(30, settings.Warmup);
    }

    [Fact]
    public void Parameters_have_defaults_and_bounds()
    {
        var parameters = Ok(("params", Object(
            ("fast", 10), ("slow", Object(("default", 30), ("min", 5), ("max", 200), ("step", 5))),
            ("mode", "trend"), ("on", true)))).Parameters;
        Assert.Equal(["fast", "slow", "mode", "on"], parameters.Select(p => p.Name));
        Assert.Equal((30.0, 5.0, 200.0, 5.0), (parameters[1].Default.Number, parameters[1].Min, parameters[1].Max, parameters[1].Step));
        Assert.Equal((10.0, null), (parameters[0].Default.Number, parameters[0].Min));
        Assert.Equal(("trend", true), (parameters[2].Default.Text, parameters[3].Default.Boolean));
    }

    public static TheoryData<string, object?, string, string> Refusals => new()
    {
        { "intervall", "1m", "unknown_field", "intervall" },
        { "stop_loss", 1, "unknown_field", "stop_loss" },
        { "interval", "7m", "unknown_value", "interval" },
        { "interval", 1, "wrong_type", "interval" },
        { "intervals", List("1h", "1h"), "given_twice", "intervals[1]" },
        { "intervals", List("1y"), "unknown_value", "intervals[0]" },
        { "intervals", "1h", "wrong_type", "intervals" },
        { "symbols", List("btcusdt"), "unknown_value", "symbols[0]" },
        { "symbols", List("BTCUSDT", 5), "wrong_type", "symbols[1]" },
        { "symbols", List("BTCUSDT", "BTCUSDT"), "given_twice", "symbols[1]" },
        { "warmup", -1, "out_of_range", "warmup" },
        { "warmup", 1.5, "wrong_type", "warmup" },
        { "warmup", Object(("1h", 5)), "unknown_value", "warmup.1h" },
        { "warmup", Object(("1m", "many")), "wrong_type", "warmup.1m" },
        { "warmup", Object(("1x", 5)), "unknown_value", "warmup.1x" },
        { "timer_ms", 99, "out_of_range", "timer_ms" },
        { "timer_ms", double.NaN, "not_finite", "timer_ms" },
        { "book_depth", 25, "unknown_value", "book_depth" },
        { "book_interval_ms", -1, "out_of_range", "book_interval_ms" },
        { "pyramiding", -1, "out_of_range", "pyramiding" },
        { "accounts", "all", "unknown_value", "accounts" },
        { "approach", "slow", "unknown_value", "approach" },
        { "mergeTranches", "no", "wrong_type", "mergeTranches" },
        { "use_trailing_stops", 1, "wrong_type", "use_trailing_stops" },
        { "trail_percent", 0, "out_of_range", "trail_percent" },
        { "stop_loss_percent", 100, "out_of_range", "stop_loss_percent" },
        { "params", List(1), "wrong_type", "params" },
        { "params", Object(("a b", 1)), "bad_label", "params.a b" },
        { "params", Object(("a", null)), "wrong_type", "params.a.default" },
        { "params", Object(("a", Object(("min", 1)))), "required", "params.a.default" },
        { "params", Object(("a", Object(("default", 5), ("maximum", 4)))), "unknown_field", "params.a.maximum" },
        { "params", Object(("a", Object(("default", 5), ("max", 4)))), "out_of_range", "params.a.default" },
        { "params", Object(("a", Object(("default", 5), ("min", 6)))), "out_of_range", "params.a.default" },
        { "params", Object(("a", Object(("default", 5), ("min", 9), ("max", 4)))), "out_of_range", "params.a.min" },
        { "params", Object(("a", Object(("default", 5), ("step", 0)))), "out_of_range", "params.a.step" },
        { "params", Object(("a", Object(("default", "x"), ("max", 4)))), "exclusive", "params.a.max" },
        { "params", Object(("a", double.NaN)), "not_finite", "params.a.default" },
        { "breakeven", true, "wrong_type", "breakeven" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Problem_is_named_with_field_and_rule(string key, object? value, string rule, string field)
    {
        var error = Bad((key, value));
        Assert.Equal((rule, field, "demo.js"), (error.Rule, error.Field, error.File));
    }

    [Fact]
    public void Unknown_key_names_the_nearest() =>
        Assert.Contains("\"interval\"", Bad(("intervall", "1m")).Message, StringComparison.Ordinal);

    [Fact]
    public void Parser_is_total()
    {
        string[] more = ["1m", "1h", "default", "min", "max", "step", "after_tp", "percent", "share", "x", ""];
        string[] names = [.. SettingsFields.All.Select(f => f.Name), .. more];
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(SignalParserLaws.Any(names, 3).ToArbitrary(), value =>
        {
            var result = SettingsParser.Parse(value);
            return result.IsOk
                ? result.Value is not null
                : result.Errors.All(e => e is { Rule.Length: > 0, Message.Length: > 0, Field: not null });
        }));
    }
}
