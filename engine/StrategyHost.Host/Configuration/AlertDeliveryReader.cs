using System.Globalization;

namespace StrategyHost.Host.Configuration;

/// <summary>The keys of <see cref="AlertOptionTable"/> into records, and the rules of their addresses.</summary>
internal static class AlertDeliveryReader
{
    private static readonly Uri Telegram = new("https://api.telegram.org");
    private static readonly string[] Accounts = ["main", "mirror", "host", "*"];

    public static AlertDeliveryOptions Read(Section section)
    {
        var options = new AlertDeliveryOptions
        {
            RepeatSeconds = section.Integer("repeatSeconds"),
            QueueMax = section.Integer("queueMax"),
            Routes = [.. section.Groups("routes").Select(r => Route(r.Section))],
            Webhook = Webhook(section.Group("webhook")),
            Telegram = TelegramOf(section.Group("telegram")),
            Heartbeat = new HeartbeatOptions(Address(section.Group("heartbeat")), section.Group("heartbeat").Integer("seconds")),
        };
        foreach (var (_, route) in section.Groups("routes"))
        {
            CheckWays(route, options);
        }

        return options;
    }

    /// <summary>An absolute https address, or plain http to this machine; else what is wrong with it, without naming it.</summary>
    public static (Uri? Address, string? Problem) Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            return (null, "must be an address that begins with https://");
        }

        if (address.Scheme == "http" && !address.IsLoopback)
        {
            return (null, "is unencrypted and not on this machine; use https://");
        }

        return address.UserInfo.Length > 0 ? (null, "carries a user name or password; remove it") : (address, null);
    }

    /// <summary>A route to a way that is off would lose what goes there.</summary>
    private static void CheckWays(Section route, AlertDeliveryOptions options)
    {
        bool IsOff(string way) => way == "webhook" ? options.Webhook.Address.IsOff : way == "telegram" && options.Telegram.IsOff;
        foreach (var way in route.Texts("to").Where(IsOff))
        {
            route.Report("to", "way_off", $"There is no {way}: fill in alerts.{way}, or take it out of this route.");
        }
    }

    private static AlertRouteOptions Route(Section section)
    {
        var route = new AlertRouteOptions(section.Texts("codes"), section.Texts("accounts"), section.Texts("to"));
        foreach (var account in route.Accounts.Where(a => !Accounts.Contains(a)))
        {
            section.Report("accounts", "unknown_account", $"'{account}' is none of {string.Join(", ", Accounts)}.");
        }

        return route;
    }

    private static WebhookOptions Webhook(Section section) => new(
        Address(section), section.TextOrNull("tokenEnv"), section.Integer("perMinute"), section.Integer("timeoutSeconds"));

    private static TelegramOptions TelegramOf(Section section) => new(
        section.Text("botTokenEnv"), [.. section.Texts("chatIds").Select(c => long.Parse(c, CultureInfo.InvariantCulture))],
        section.Flag("commands"), Url(section, "address") ?? Telegram)
    {
        PerMinute = section.Integer("perMinute"),
        TimeoutSeconds = section.Integer("timeoutSeconds"),
    };

    private static AddressOptions Address(Section section)
    {
        var options = new AddressOptions(Url(section, "url"), section.TextOrNull("urlEnv"));
        if (options is { Url: not null, UrlEnv: not null })
        {
            section.Report("urlEnv", "exactly_one", "There are 'url' and 'urlEnv'. Keep one.");
        }

        return options;
    }

    private static Uri? Url(Section section, string name)
    {
        if (section.TextOrNull(name) is not { } text)
        {
            return null;
        }

        var (address, problem) = Parse(text);
        if (problem is not null)
        {
            section.ReportHidden(name, "bad_address", $"'{name}' {problem}.");
        }

        return address;
    }
}
