using Serilog;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Alerts;

/// <summary>What watches and listens while a session runs: health with its heartbeat, and the commands of chats.</summary>
internal sealed class AlertService : IAsyncDisposable
{
    private readonly HealthWatch _health;
    private readonly TelegramCommands? _commands;

    private AlertService(HealthWatch health, TelegramCommands? commands) => (_health, _commands) = (health, commands);

    public static AlertService Start(LiveSession session, AlertDesk desk, ILogger log, TimeProvider time)
    {
        var options = session.Options.Alerts;
        var parts = new HealthParts(
            ending => SessionHealth.LookAsync(session, time, ending), desk.Post, desk.Heartbeat, options.Delivery.Heartbeat.Seconds)
        {
            SaysUncovered = options.Uncovered,
        };
        var commands = desk.Telegram is { } client && options.Delivery.Telegram.Commands
            ? new TelegramCommands(client, options.Delivery.Telegram.ChatIds, new SessionCommands(session, time), log, time)
            : null;
        return new AlertService(new HealthWatch(parts, log, time), commands);
    }

    public async ValueTask DisposeAsync()
    {
        await _health.DisposeAsync();
        if (_commands is not null)
        {
            await _commands.DisposeAsync();
        }
    }
}
