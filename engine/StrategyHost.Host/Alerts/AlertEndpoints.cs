using System.Text.RegularExpressions;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Alerts;

/// <summary>Addresses and secrets of the ways out, from the configuration and the environment. Nothing here is ever printed.</summary>
internal sealed partial record AlertEndpoints
{
    private AlertEndpoints()
    {
    }

    /// <summary>Null: that way is off.</summary>
    public Uri? Webhook { get; private init; }
    public string? WebhookToken { get; private init; }
    public string? TelegramToken { get; private init; }
    public Uri? Heartbeat { get; private init; }

    /// <summary>Errors name the variable that is missing or wrong, and never its value.</summary>
    public static Result<AlertEndpoints> Read(AlertDeliveryOptions options, Func<string, string?> environment)
    {
        var errors = new List<Error>();
        var endpoints = new AlertEndpoints
        {
            Webhook = Address("alerts.webhook", options.Webhook.Address),
            WebhookToken = Secret("alerts.webhook.tokenEnv", options.Webhook.TokenEnv),
            TelegramToken = options.Telegram.IsOff ? null : Token(Secret("alerts.telegram.botTokenEnv", options.Telegram.BotTokenEnv)),
            Heartbeat = Address("alerts.heartbeat", options.Heartbeat.Address),
        };
        return errors.Count == 0 ? endpoints : Result<AlertEndpoints>.Failed(errors);

        Uri? Address(string field, AddressOptions address)
        {
            if (address.Url is not null || Secret(field + ".urlEnv", address.UrlEnv) is not { } text)
            {
                return address.Url;
            }

            var (uri, problem) = AlertDeliveryReader.Parse(text);
            if (problem is not null)
            {
                var message = $"what the variable {address.UrlEnv} holds {problem}";
                errors.Add(Problem(field + ".urlEnv", address.UrlEnv, "bad_address", message));
            }

            return uri;
        }

        string? Secret(string field, string? variable)
        {
            var value = variable is null ? null : environment(variable)?.Trim();
            if (variable is null || value is { Length: > 0 })
            {
                return value;
            }

            var message = $"the environment variable {variable} is not set; set it, or remove {field}";
            errors.Add(Problem(field, variable, "missing_secret", message));
            return null;
        }

        string? Token(string? token)
        {
            if (token is not null && !TokenForm().IsMatch(token))
            {
                errors.Add(Problem("alerts.telegram.botTokenEnv", options.Telegram.BotTokenEnv, "bad_token",
                    $"what the variable {options.Telegram.BotTokenEnv} holds is no bot token such as BotFather gives: "
                    + "digits, a colon, letters"));
            }

            return token;
        }
    }

    private static Error Problem(string field, string? variable, string rule, string message) => new()
    {
        Field = field,
        Value = variable,
        Rule = rule,
        Message = message,
    };

    [GeneratedRegex("^[0-9]+:[A-Za-z0-9_-]+$")]
    private static partial Regex TokenForm();
}
