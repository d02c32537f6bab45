using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Alerts;

/// <summary>
/// Gives each alert to the ways that its route names. 1. Posting never waits, whatever becomes of a message. 2. An alert of an account
/// whose <c>alerts</c> are off goes nowhere, unless money is at risk. 3. What puts money at risk is in the log whatever the routes say.
/// </summary>
internal sealed class AlertDesk : IAsyncDisposable
{
    private readonly AlertDeliveryOptions _options;
    private readonly AlertRules _rules;
    private readonly ILogger _log;
    private readonly WebhookSender? _webhook;
    private readonly List<(string Way, AlertRoute Route)> _routes = [];

    /// <summary>Symbols that texts may speak of.</summary>
    private readonly HashSet<string> _symbols;

    public AlertDesk(HostOptions options, AlertEndpoints endpoints, ILogger log, TimeProvider time)
    {
        (_options, _rules, _log) = (options.Alerts.Delivery, new AlertRules(options), log);
        _symbols = [.. options.Symbols.Keys.Concat(options.Strategies.SelectMany(s => s.Symbols)).Select(s => s.Name)];
        var source = $"StrategyHost {options.EffectiveMode.ToString().ToLowerInvariant()}";
        Heartbeat = endpoints.Heartbeat;
        if (endpoints.Webhook is { } address)
        {
            _webhook = new WebhookSender(address, endpoints.WebhookToken, source, time);
            var (perMinute, timeout) = (_options.Webhook.PerMinute, _options.Webhook.TimeoutSeconds);
            _routes.Add(("webhook", Route(_webhook, perMinute, timeout, log, time)));
        }

        if (endpoints.TelegramToken is { } token)
        {
            Telegram = new TelegramClient(_options.Telegram.Address, token, time);
            _routes.AddRange(_options.Telegram.ChatIds.Select(chat => ("telegram", Route(
                new TelegramSender(Telegram, chat, source), _options.Telegram.PerMinute, _options.Telegram.TimeoutSeconds, log, time))));
        }
    }

    /// <summary>Null: Telegram is off.</summary>
    public TelegramClient? Telegram { get; }

    /// <summary>Null: there is no heartbeat.</summary>
    public Uri? Heartbeat { get; }

    /// <summary>One for each chat, and one for the webhook.</summary>
    public IEnumerable<AlertRoute> Routes => _routes.Select(r => r.Route);

    public static Result<AlertDesk> Open(HostOptions options, Func<string, string?> environment, ILogger log, TimeProvider time)
    {
        var endpoints = AlertEndpoints.Read(options.Alerts.Delivery, environment);
        return endpoints.IsOk ? new AlertDesk(options, endpoints.Value, log, time) : Result<AlertDesk>.Failed(endpoints.Errors);
    }

    /// <summary>Whether an alert is a warning in the log; else it stands there at debug.</summary>
    public bool IsLogged(Alert alert) =>
        _rules.IsRaised(alert) && (AlertRules.IsAtRisk(alert.Code) || Ways(alert.Account.Name, alert.Code).Contains("log"));

    /// <summary>An alert of the kernel, a journal or the recovery, which the log has already. The engine's thread calls it.</summary>
    public void Post(Alert alert)
    {
        if (_rules.IsRaised(alert))
        {
            Send(new AlertNotice(alert.Account.Name, alert.Code, alert.Text, alert.At)
            {
                Symbol = AlertSubject.SymbolOf(alert.Text, _symbols),
                AtRisk = AlertRules.IsAtRisk(alert.Code),
            });
        }
    }

    /// <summary>A strategy stands still, which the log has already. The engine's thread calls it.</summary>
    public void Post(StrategyParked parked) => Send(new AlertNotice(AlertNotice.HostName, "strategy_parked",
        $"{parked.Strategy.Name} is parked, its positions stay protected: {parked.Fault.Error}", parked.At));

    /// <summary>What the host has to say itself. From any thread.</summary>
    public void Post(AlertNotice notice)
    {
        if (notice.AtRisk || Ways(notice.Account, notice.Code).Contains("log"))
        {
            _log.Warning("{Account} {Code}: {Text}", notice.Account, notice.Code, notice.Text);
        }

        Send(notice);
    }

    /// <summary>
    /// What waits is sent as long as there is time; the host ends. Gives what puts money at risk and did not go out, by route.
    /// </summary>
    public async Task<IReadOnlyList<KeptAlert>> EndAsync(TimeSpan patience, TimeSpan patienceAtRisk)
    {
        var left = await Task.WhenAll(Routes.Select(async route =>
            (await route.EndAsync(patience, patienceAtRisk)).Select(notice => new KeptAlert(route.Name, notice))));
        return [.. left.SelectMany(l => l)];
    }

    /// <summary>What an earlier run could not say goes out first.</summary>
    public void Post(IReadOnlyList<KeptAlert> kept)
    {
        foreach (var (name, notice) in kept)
        {
            if (Routes.FirstOrDefault(r => r.Name == name) is { } route)
            {
                route.Post(notice);
            }
            else
            {
                _log.Error(
                    "{Route} is gone and was not told: {Account} {Code}: {Text}", name, notice.Account, notice.Code, notice.Text);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var route in Routes)
        {
            await route.DisposeAsync();
        }

        _webhook?.Dispose();
        Telegram?.Dispose();
    }

    private void Send(AlertNotice notice)
    {
        var ways = Ways(notice.Account, notice.Code);
        foreach (var (way, route) in _routes)
        {
            if (ways.Contains(way))
            {
                route.Post(notice);
            }
        }
    }

    private IReadOnlyList<string> Ways(string account, string code) =>
        _options.Routes.FirstOrDefault(r => r.Fits(account, code))?.To ?? AlertOptionTable.Ways;

    private AlertRoute Route(IAlertSender sender, int perMinute, int timeoutSeconds, ILogger log, TimeProvider time) => new(
        sender, new AlertQueue(new AlertLimits(_options.QueueMax, perMinute, 1000L * _options.RepeatSeconds)),
        TimeSpan.FromSeconds(timeoutSeconds), log, time);
}
