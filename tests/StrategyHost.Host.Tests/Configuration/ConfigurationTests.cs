using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Risk;
using StrategyHost.Host.Configuration;
using StrategyHost.TestKit;
using ForeignPositions = StrategyHost.Core.Kernel.ForeignPositions;

namespace StrategyHost.Host.Tests.Configuration;

/// <summary>Contracts §3: what a file may say, and how wrong ones are refused.</summary>
public sealed class ConfigurationTests
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    internal static HostOptions Good(string text, Dictionary<string, string>? environment = null)
    {
        var result = ConfigurationReader.ReadText("c.json", text, environment ?? NoEnvironment);
        Assert.True(result.IsOk, string.Join("\n", result.Errors ?? []));
        return result.Value;
    }

    internal static IReadOnlyList<Error> Bad(string text, Dictionary<string, string>? environment = null)
    {
        var result = ConfigurationReader.ReadText("c.json", text, environment ?? NoEnvironment);
        Assert.False(result.IsOk);
        return result.Errors;
    }

    [Theory]
    [InlineData("simulated")]
    [InlineData("paper")]
    [InlineData("demo")]
    [InlineData("testnet")]
    [InlineData("live")]
    public void ShippedFile_IsAccepted_AndIsOfItsMode(string name)
    {
        var result = ConfigurationReader.Read(Path.Combine(SharedFolder.Repository, "config", name + ".json"), NoEnvironment);

        Assert.True(result.IsOk, string.Join("\n", result.Errors ?? []));
        Assert.Equal(name, ChoiceText.Of(result.Value.Mode));
    }

    [Fact]
    public void LiveFile_AsShipped_SendsNoOrders() =>
        Assert.Equal(HostMode.Paper, ConfigurationReader.Read(Path.Combine(SharedFolder.Repository, "config", "live.json"),
            NoEnvironment).Value.EffectiveMode);

    [Fact]
    public void WithoutFile_TheEmbeddedDefaultIsSimulated_WithBothAccountsFunded()
    {
        var options = ConfigurationReader.Read(null, NoEnvironment).Value;

        Assert.Equal(HostMode.Simulated, options.Mode);
        Assert.Equal(100_000m, options.Main.StartBalance);
        Assert.Equal(50_000m, options.Mirror.Account.StartBalance);
        Assert.True(options.Mirror.Enabled);
        Assert.Equal(0.5m, options.Mirror.Proportion);
        Assert.Empty(options.Symbols);
    }

    [Fact]
    public void EmptyFile_GivesTheDefaultsOfTheContract()
    {
        var options = Good("{}");

        Assert.Equal(("BYBIT_API_KEY", "BYBIT_API_SECRET"), (options.Main.ApiKeyEnv, options.Main.ApiSecretEnv));
        Assert.Equal(("BYBIT_API_KEY_2", "BYBIT_API_SECRET_2"), (options.Mirror.Account.ApiKeyEnv, options.Mirror.Account.ApiSecretEnv));
        Assert.Equal((30, 0.5m), (options.Mirror.EntryTtlSeconds, options.Mirror.MaxDeviationPercent));
        Assert.Equal((true, 200m, 10m, 0.1m), (options.Risk.RequireStop, options.Risk.MaxOrderNotionalPercent, options.Risk.MaxLeverage,
            options.Risk.MinStopPercent));
        Assert.Equal(ForeignPositions.Protect, options.ForeignPositions);
        Assert.Equal(48, options.RetentionHours);
        Assert.Equal(15, options.SummaryMinutes);
        Assert.Equal((30m, 60, 10, 10, 10m), (options.Alerts.HeldCapitalPercent, options.Alerts.EntryAgeMinutes,
            options.Alerts.EntryAgeRepeatMinutes,
            options.Alerts.ExpectancyTrades, options.Alerts.DrawdownPercent));
    }

    [Fact]
    public void ForeignPositions_OutsideSimulation_OnlyAlertByDefault() =>
        Assert.Equal(ForeignPositions.Alert, Good("""{"mode":"live"}""").ForeignPositions);

    [Theory]
    [InlineData("micro_cap", 4, false)]
    [InlineData("standard", 6, true)]
    public void Profile_DecidesWhereRiskIsSilent(string profile, int positions, bool more)
    {
        var options = Good($$$"""{"accounts":{"main":{"profile":"{{{profile}}}" } } }""");

        Assert.Equal(positions, options.Risk.MaxPositionsOf(options.Main.Profile));
        Assert.Equal(more, options.Risk.AllowsDca(options.Main.Profile));
        Assert.Equal(more, options.Risk.AllowsMultipleEntries(options.Main.Profile));
    }

    [Fact]
    public void UnknownKey_IsNamedWithPlaceAndNearest()
    {
        var error = Assert.Single(Bad("{\n  // a comment\n  \"accounts\": { \"mirror\": { \"proportoin\": 0.5 } }\n}"));

        Assert.Equal(("c.json", 3, 29), (error.File, error.Line, error.Column));
        Assert.Equal(("accounts.mirror.proportoin", "unknown_key"), (error.Field, error.Rule));
        Assert.Contains("'proportion'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AllProblems_AreListedAtOnce()
    {
        var errors = Bad("""
            {"mode":"simulatd","retentionHours":0,"risk":{"requireStop":"yes"},"strategies":[{"fil":"a.js"}],"simulation":{"seed":1.5}}
            """);

        Assert.Equal(
            ["mode", "retentionHours", "risk.requireStop", "strategies[0].fil", "strategies[0].file", "simulation.seed"],
            errors.Select(e => e.Field));
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { """{"accounts":{"mirror":{"proportion":0}}}""", "accounts.mirror.proportion", "out_of_range" },
        { """{"accounts":{"mirror":{"proportion":1.5}}}""", "accounts.mirror.proportion", "large_proportion" },
        { """{"accounts":{"mirror":{"proportion":"half"}}}""", "accounts.mirror.proportion", "wrong_type" },
        { """{"accounts":{"mirror":{"symbols":["btc/usdt"]}}}""", "accounts.mirror.symbols", "bad_symbol" },
        { """{"accounts":{"mirror":{"approach":"none"}}}""", "accounts.mirror.approach", "not_a_choice" },
        { """{"accounts":{"main":{"leverage":20}}}""", "accounts.main.leverage", "over_max_leverage" },
        { """{"accounts":{"mirror":{"apiKeyEnv":"BYBIT_API_KEY"}}}""", "accounts.mirror.apiKeyEnv", "same_account" },
        { """{"accounts":{"main":{"apiKey":"abc"}}}""", "accounts.main.apiKey", "secret_in_file" },
        { """{"accounts":{"main":{"apiKeyEnv":"x7Kp2mQe9RtY4vBn1L"}}}""", "accounts.main.apiKeyEnv", "bad_form" },
        { """{"endpoints":{"rest":"http://api.example.com"}}""", "endpoints.rest", "plain_address" },
        { """{"endpoints":{"publicStream":"https://example.com"}}""", "endpoints.publicStream", "bad_address" },
        { """{"endpoints":{"rest":"https://me:pw@example.com"}}""", "endpoints.rest", "secret_in_file" },
        { """{"symbols":{"btcusdt":{}}}""", "symbols.btcusdt", "bad_symbol" },
        { """{"symbols":{"BTCUSDT":{"stop_loss_pct":1,"stop_loss_percent":2}}}""", "symbols.BTCUSDT.stop_loss_percent", "duplicate_key" },
        { """{"symbols":{"BTCUSDT":{"tick_size":"0.0000000001"}}}""", "symbols.BTCUSDT.tick_size", "too_fine" },
        { """{"symbols":{"BTCUSDT":{"breakeven":{}}}}""", "symbols.BTCUSDT.breakeven", "exactly_one" },
        { """{"symbols":{"BTCUSDT":{"working_type":"LAST"}}}""", "symbols.BTCUSDT.working_type", "not_a_choice" },
        { """{"simulation":{"slippage":"1%"}}""", "simulation.slippage", "bad_form" },
        { """{"risk":{"noEntry":[{"days":"Caturday"}]}}""", "risk.noEntry[0].days", "unknown_day" },
        { """{"risk":{"noEntry":[{"days":"Sat","at":"2026-12-10T19:00Z"}]}}""", "risk.noEntry[0].at", "exactly_one" },
        { """{"risk":{"noEntry":[{"at":"tomorrow"}]}}""", "risk.noEntry[0].at", "bad_time" },
        { """{"risk":{"noEntry":[{"days":"Sat","zone":"Mars/Olympus"}]}}""", "risk.noEntry[0].zone", "unknown_zone" },
        { """{"strategies":[{"file":"a.js","symbols":["BTCUSDT","BTCUSDT"]}]}""", "strategies", "shared_symbol" },
        { """{"mode":"paper","mode":"live"}""", "mode", "duplicate_key" },
        { """[]""", "", "wrong_type" },
        { """{"mode":}""", "", "json_syntax" },
        { "", "", "json_syntax" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void WrongValue_IsRefused_AtItsKey(string text, string field, string rule)
    {
        var error = Assert.Single(Bad(text));

        Assert.Equal((field, rule), (error.Field, error.Rule));
        Assert.NotNull(error.Line);
        Assert.NotNull(error.Column);
    }

    [Fact]
    public void PastedKey_IsNeverPrinted()
    {
        var errors = Bad("""{"accounts":{"main":{"apiKeyEnv":"x7Kp2mQe9RtY4vBn1L","apiSecret":"hunter2hunter2"}}}""");

        Assert.All(errors, e => Assert.DoesNotContain("x7Kp2mQe9RtY4vBn1L", e + e.Value, StringComparison.Ordinal));
        Assert.All(errors, e => Assert.DoesNotContain("hunter2", e + e.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Column_CountsCharacters_NotBytes()
    {
        const string text = "/* é→€ */ { \"módus\": 1 }";

        Assert.Equal(text.IndexOf('"', StringComparison.Ordinal) + 1, Bad(text)[0].Column);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8787")]
    [InlineData("http://localhost:8787")]
    [InlineData("https://api.bybit.com")]
    public void Address_PlainOnlyToThisMachine(string address) =>
        Assert.Equal(new Uri(address), Good($$$"""{"endpoints":{"rest":"{{{address}}}"}}""").Endpoints.Rest);

    [Fact]
    public void LargeProportion_IsAccepted_WhenAllowed() =>
        Assert.Equal(2m, Good("""{"accounts":{"mirror":{"proportion":2,"allowLargeProportion":true}}}""").Mirror.Proportion);

    [Fact]
    public void SymbolSection_SpeaksForProtection_UnderBothSpellings()
    {
        var spec = Good("""
            {"symbols":{"BTCUSDT":{"take_profit_pct":2.0,"stop_loss_percent":"1.5","trail_pct":0.5,"working_type":"MARK_PRICE"}}}
            """).Of(new Symbol("BTCUSDT")).Protection;

        Assert.Equal(Said<Level>.Of(new Level(LevelKind.Percent, 1.5m)), spec.Stop);
        Assert.Equal(Said<TargetSpec>.Of(new TargetSpec([new TargetRung(new Level(LevelKind.Percent, 2m), 100m)])), spec.Target);
        Assert.Equal(Said<TrailSpec>.Of(new TrailSpec(0.5m, null, null)), spec.Trail);
        Assert.False(spec.Breakeven.IsSaid);
        Assert.Equal(TriggerBy.Mark, spec.TriggerBy);
    }

    [Fact]
    public void SymbolSection_NullSaysNone_AndASwitchThatIsOffSaysNothing()
    {
        var spec = Good("""
            {"symbols":{"BTCUSDT":{"stop_loss_pct":null,"take_profit_pct":2,"take_profit_enabled":false,"breakeven":{"after_tp":1}}}}
            """).Of(new Symbol("BTCUSDT")).Protection;

        Assert.Equal(Said<Level>.None, spec.Stop);
        Assert.False(spec.Target.IsSaid);
        Assert.Equal(Said<BreakevenSpec>.Of(new BreakevenSpec(null, 1, false)), spec.Breakeven);
    }

    [Fact]
    public void SymbolWithoutSection_SaysNothing() => Assert.False(Good("{}").Of(new Symbol("BTCUSDT")).Protection.SaysAnything);

    [Fact]
    public void NoEntry_IsReadInBothForms()
    {
        var windows = Good("""
            {"risk":{"noEntry":[{"days":"Sat,Sun","from":"22:30","to":"24:00","zone":"UTC"},
                                {"at":"2026-12-10T19:00Z","minutesBefore":15,"minutesAfter":30,"reason":"FOMC"}]}}
            """).Risk.NoEntry;

        var weekly = Assert.IsType<WeeklyNoEntry>(windows[0]);
        Assert.Equal([DayOfWeek.Saturday, DayOfWeek.Sunday], weekly.Days);
        Assert.Equal((1350, 1440), (weekly.FromMinute, weekly.ToMinute));
        var moment = Assert.IsType<EventNoEntry>(windows[1]);
        Assert.Equal(("2026-12-10T18:45:00.000Z", "2026-12-10T19:30:00.000Z"), (moment.From.ToString(), moment.To.ToString()));
    }

    [Fact]
    public void Parameters_KeepTheirTypes()
    {
        var parameters = Good("""{"strategies":[{"file":"a.js","params":{"fast":10,"name":"x","on":true}}]}""").Strategies[0].Parameters;

        Assert.Equal(["fast: 10", "name: \"x\"", "on: true"], parameters.Select(p => $"{p.Key}: {p.Value}"));
    }

    [Fact]
    public void MissingFile_IsOneClearError() =>
        Assert.Equal("unreadable_file", Assert.Single(ConfigurationReader.Read("/nowhere/at/all.json", NoEnvironment).Errors).Rule);
}
