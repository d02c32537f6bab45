using StrategyHost.Core.Domain;
using StrategyHost.Host.Alerts;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Doctor;

/// <summary>
/// The ways that alerts go: their secrets, whether Telegram knows the bot, and on demand a test message on each. The heartbeat's address is
/// never asked for here: that would say that a host lives.
/// </summary>
internal sealed class AlertChecks(HostOptions options, Func<string, string?> environment, TimeProvider time)
{
    private const string Check = "alerts";
    private readonly AlertDeliveryOptions _options = options.Alerts.Delivery;

    public async Task<IReadOnlyList<Finding>> LookAsync(bool sendsTest, CancellationToken cancellation)
    {
        var read = AlertEndpoints.Read(_options, environment);
        if (!read.IsOk)
        {
            return [.. read.Errors.Select(e => Finding.Of(Check, e))];
        }

        var endpoints = read.Value;
        var findings = new List<Finding>();
        var source = $"StrategyHost {options.EffectiveMode.ToString().ToLowerInvariant()}";
        if (endpoints.Webhook is { } address)
        {
            using var webhook = new WebhookSender(address, endpoints.WebhookToken, source, time);
            findings.Add(await TryAsync(webhook, sendsTest, _options.Webhook.TimeoutSeconds, cancellation));
        }

        if (endpoints.TelegramToken is { } token)
        {
            using var client = new TelegramClient(_options.Telegram.Address, token, time);
            findings.Add(await BotAsync(client, cancellation));
            foreach (var chat in _options.Telegram.ChatIds)
            {
                var sender = new TelegramSender(client, chat, source);
                findings.Add(await TryAsync(sender, sendsTest, _options.Telegram.TimeoutSeconds, cancellation));
            }
        }

        findings.Add(endpoints.Heartbeat is null
            ? Silence() : Finding.Ok("heartbeat", $"every {_options.Heartbeat.Seconds} s while a host is healthy; not asked for here"));
        return findings.Count > 1 ? findings : [Nobody(), .. findings];
    }

    private async Task<Finding> TryAsync(IAlertSender sender, bool sendsTest, int timeoutSeconds, CancellationToken cancellation)
    {
        if (!sendsTest)
        {
            return Finding.Ok(Check, $"{sender.Name} is configured; --send-test sends a message there");
        }

        var now = new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds());
        var notice = new AlertNotice(AlertNotice.HostName, "test", "this is a test message of strategyhost doctor; nothing is wrong", now);
        var message = new AlertMessage(notice, 1, now, 0);
        var delivery = await InTimeAsync(
            t => sender.SendAsync(message, t), timeoutSeconds, d => d, cancellation);
        return delivery.Kind == DeliveryKind.Done
            ? Finding.Ok(Check, $"{sender.Name} took a test message")
            : Finding.Problem(Check, $"{sender.Name} did not take a test message: {delivery.Why}",
                "look at its address, its token, the chat's number (the bot must have been written to first), and the network");
    }

    private async Task<Finding> BotAsync(TelegramClient client, CancellationToken cancellation)
    {
        var (delivery, name) = await InTimeAsync(client.NameAsync, _options.Telegram.TimeoutSeconds, d => (d, ""), cancellation);
        return delivery.Kind == DeliveryKind.Done
            ? Finding.Ok(Check, $"Telegram knows the bot as {name}")
            : Finding.Problem(Check, $"Telegram does not know the bot: {delivery.Why}",
                $"look at the token in {_options.Telegram.BotTokenEnv}, and at the network");
    }

    private async Task<T> InTimeAsync<T>(
        Func<CancellationToken, Task<T>> ask, int seconds, Func<Delivery, T> failed, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return await ask(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return failed(new Delivery(DeliveryKind.Later, $"no answer within {seconds} s"));
        }
    }

    private Finding Nobody() => Serious(Check, "alerts go to the log only", "fill in alerts.telegram or alerts.webhook");

    private Finding Silence() => Serious("heartbeat", "nobody outside notices when this host is dead", "fill in alerts.heartbeat");

    /// <summary>Where no money of anybody is at stake it is a choice.</summary>
    private Finding Serious(string check, string text, string action) => options.EffectiveMode == HostMode.Live
        ? Finding.Warning(check, text, action) : Finding.Ok(check, text);
}
