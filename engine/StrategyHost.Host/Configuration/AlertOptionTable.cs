using static StrategyHost.Host.Configuration.OptionFactory;

namespace StrategyHost.Host.Configuration;

/// <summary>Where alerts go (engine/docs/alerts.md): the keys of <c>alerts</c> beyond their conditions.</summary>
internal static class AlertOptionTable
{
    /// <summary>Ways out of the host, as routes name them.</summary>
    public static readonly IReadOnlyList<string> Ways = ["log", "webhook", "telegram"];

    public static ConfigOption[] Keys() => [
        Integer("repeatSeconds", "After a message the same code, account and symbol are counted for so long, then said once.",
            "300", 0, 86_400),
        Integer("queueMax", "Messages that may wait on each way out; beyond it the oldest that puts no money at risk is dropped.",
            "200", 10, 1000),
        new ListOption("routes", "Which alerts go where; the first that fits decides. Empty, and where none fits: wherever there is a way.",
            Group("", "One route.", [
                Texts("codes", "Codes such as stop_refused, journal_* or *.", "*"),
                Texts("accounts", "main, mirror, host (what belongs to no account) or *.", "*"),
                new ListOption("to", "log, webhook, telegram; empty: nowhere. What puts money at risk is in the log in any case.",
                    new ValueOption("", "A way.", ValueKind.Text) { Choices = Ways }),
            ])),
        Group("webhook", "Alerts as JSON by HTTP POST.", [
            .. AddressKeys("Where to"),
            EnvironmentNameOrNone("tokenEnv", "Name of the environment variable with a bearer token; null: none."),
            .. SendKeys("30"),
        ]),
        Group("telegram", "Alerts to chats, and commands from them.", [
            EnvironmentName("botTokenEnv", "Name of the environment variable that holds the bot's token.", "TELEGRAM_BOT_TOKEN"),
            new ListOption("chatIds", "Chats that get alerts and may command; empty: Telegram is off.",
                Integer("", "A chat's number; groups have negative ones.", null, -(1L << 52), 1L << 52)),
            Flag("commands", "Takes /positions /status /verify /halt /resume from these chats.", true),
            Address("address", "The Bot API; null: https://api.telegram.org."),
            .. SendKeys("20"),
        ]),
        Group("heartbeat", "An address that is asked for (GET) while the host is healthy, for a service that notices silence.", [
            .. AddressKeys("What to ask for"),
            Integer("seconds", "Between two requests.", "60", 5, 3600),
        ]),
    ];

    private static ConfigOption[] AddressKeys(string what) => [
        Address("url", what + "; https, plain http only to this machine. null: urlEnv, or off.") with { IsHidden = true },
        EnvironmentNameOrNone("urlEnv", "Name of the environment variable with the url, for those that are secrets themselves."),
    ];

    private static ConfigOption[] SendKeys(string perMinute) => [
        Integer("perMinute", "Messages in any minute; others wait.", perMinute, 1, 1000),
        Integer("timeoutSeconds", "Of one attempt.", "10", 1, 120),
    ];

    private static ValueOption EnvironmentNameOrNone(string name, string summary) =>
        EnvironmentName(name, summary, "") with { Default = null, IsNullable = true };

    private static ListOption Texts(string name, string summary, string fallback) =>
        new(name, summary, Text("", "A text.", null)) { Default = $"[\"{fallback}\"]" };
}
