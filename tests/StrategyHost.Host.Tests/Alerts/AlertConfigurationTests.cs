using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Alerts;
using StrategyHost.Host.Tests.Configuration;
using StrategyHost.Host.Tests.Live;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Alerts;

/// <summary>Where alerts go by the configuration, and how wrong ones are refused without showing a secret.</summary>
public sealed class AlertConfigurationTests
{
    private const string Ways = """
        "webhook": { "url": "http://127.0.0.1:1/hook" }, "telegram": { "chatIds": [77, -100123] }
        """;

    public static TheoryData<string, string, string> Refused { get; } = new()
    {
        { """{"webhook":{"url":"http://example.com/hook"}}""", "bad_address", "unencrypted" },
        { """{"webhook":{"url":"ftp://example.com"}}""", "bad_address", "https://" },
        { """{"webhook":{"url":"https://me:pass@example.com"}}""", "bad_address", "user name or password" },
        { """{"webhook":{"url":"https://example.com","urlEnv":"HOOK_URL"}}""", "exactly_one", "Keep one" },
        { """{"telegram":{"botTokenEnv":"12345:a-good_token"}}""", "bad_form", "NAME of an environment variable" },
        { """{"telegram":{"botToken":"12345:a-good_token"}}""", "secret_in_file", "botToken" },
        { """{"telegram":{"chatIds":["everybody"]}}""", "wrong_type", "chatIds" },
        { """{"heartbeat":{"url":"http://10.0.0.1/beat"}}""", "bad_address", "unencrypted" },
        { """{"heartbeat":{"seconds":1}}""", "out_of_range", "seconds" },
        { """{"routes":[{"to":["telegram"]}]}""", "way_off", "no telegram" },
        { """{"routes":[{"to":["pigeon"]}]}""", "not_a_choice", "pigeon" },
        { """{"routes":[{"accounts":["third"],"to":["log"]}]}""", "unknown_account", "third" },
        { """{"queueMax":1}""", "out_of_range", "queueMax" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Wrong_alerts_are_refused_at_their_place(string alerts, string rule, string said)
    {
        var error = Assert.Single(ConfigurationTests.Bad($$"""{"alerts": {{alerts}} }"""));
        Assert.Equal(rule, error.Rule);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a-good_token", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("me:pass", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"telegram":{"chatIds":[77]}}""", null, "missing_secret")]
    [InlineData("""{"telegram":{"chatIds":[77]}}""", "no token / at all", "bad_token")]
    [InlineData("""{"webhook":{"urlEnv":"TELEGRAM_BOT_TOKEN"}}""", null, "missing_secret")]
    [InlineData("""{"webhook":{"urlEnv":"TELEGRAM_BOT_TOKEN"}}""", "http://example.com/no token", "bad_address")]
    [InlineData("""{"heartbeat":{"urlEnv":"TELEGRAM_BOT_TOKEN"}}""", "", "missing_secret")]
    public void Secret_that_is_missing_or_wrong_is_named_by_its_variable_only(string alerts, string? value, string rule)
    {
        var options = ConfigurationTests.Good($$"""{"alerts": {{alerts}} }""").Alerts.Delivery;
        var error = Assert.Single(AlertEndpoints.Read(options, _ => value).Errors);
        Assert.Equal((rule, "TELEGRAM_BOT_TOKEN"), (error.Rule, error.Value));
        Assert.DoesNotContain("no token", error.Message.Replace("is no bot token", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "main", "fragmented", "log webhook telegram telegram")]
    [InlineData("""[{"codes":["fragmented"],"to":["log"]}]""", "main", "fragmented", "log")]
    [InlineData("""[{"codes":["fragmented"],"to":["log"]}]""", "main", "daily_loss", "log webhook telegram telegram")]
    [InlineData("""[{"codes":["journal_*"],"to":["telegram"]}]""", "main", "journal_disk_full", "telegram telegram")]
    [InlineData("""[{"accounts":["mirror"],"to":["webhook"]},{"to":["telegram"]}]""", "main", "fragmented", "telegram telegram")]
    [InlineData("""[{"accounts":["mirror"],"to":["webhook"]},{"to":["telegram"]}]""", "mirror", "stop_refused", "log webhook")]
    [InlineData("""[{"to":[]}]""", "main", "fragmented", "")]
    [InlineData("""[{"to":[]}]""", "main", "stop_refused", "log")]
    [InlineData("[]", "mirror", "fragmented", "")]
    [InlineData("[]", "mirror", "stop_refused", "log webhook telegram telegram")]
    public async Task Alert_goes_where_the_first_fitting_route_says(string routes, string account, string code, string expected)
    {
        var log = new LogLines();
        var options = ConfigurationTests.Good("{\"alerts\":{" + Ways + ",\"routes\":" + routes + "}}");
        var time = new ManualTime(); // which stands still, so that nothing is sent twice
        await using var desk = AlertDesk.Open(options, _ => AlertStub.Token, log.Logger, time).Value;
        var alert = new Alert(new AccountId(account), new Timestamp(0), code, "a text about BTCUSDT");
        var before = desk.Routes.ToDictionary(r => r, r => r.Posted);
        desk.Post(alert);
        var taken = desk.Routes.Where(r => r.Posted > before[r]).Select(r => r.Name.Split(' ')[0]);
        Assert.Equal(expected, string.Join(' ', desk.IsLogged(alert) ? taken.Prepend("log") : taken));
    }

    [Theory]
    [InlineData("0.1 BTCUSDT has no stop", "BTCUSDT")]
    [InlineData("3 main ETHUSDC: skipped", "ETHUSDC")]
    [InlineData("the short position of 5 XYZ, is partial", "XYZ")]
    [InlineData("equity is 100 USDT: entries stop", null)]
    public void Symbol_of_a_text_is_found(string text, string? symbol) =>
        Assert.Equal(symbol, AlertSubject.SymbolOf(text, new HashSet<string> { "XYZ" }));
}
