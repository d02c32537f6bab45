using Serilog;
using StrategyHost.Host.Alerts;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Live;

/// <summary>
/// A line for each account in the log, every <c>summaryMinutes</c> (mission 004): that the host is alive, and how the accounts stand. It
/// asks as <c>status</c> does, and accounts are never added.
/// </summary>
internal sealed class PeriodicSummary : IAsyncDisposable
{
    private readonly LiveSession _session;
    private readonly ILogger _log;
    private readonly PeriodicTimer _timer;
    private readonly Task _working;

    private PeriodicSummary(LiveSession session, TimeSpan period, ILogger log, TimeProvider time)
    {
        (_session, _log, _timer) = (session, log, new PeriodicTimer(period, time));
        _working = RunAsync();
    }

    /// <summary>Null: the configuration wants none.</summary>
    public static PeriodicSummary? Start(LiveSession session, ILogger log, TimeProvider time) => session.Options.SummaryMinutes == 0
        ? null : new PeriodicSummary(session, TimeSpan.FromMinutes(session.Options.SummaryMinutes), log, time);

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _working;
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _timer.WaitForNextTickAsync())
            {
                await SayAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The loop has ended: there is nothing to tell any more.
        }
    }

    private async Task SayAsync()
    {
        try
        {
            foreach (var account in (await SessionViews.StatusAsync(_session)).Accounts)
            {
                Say(account);
            }
        }
#pragma warning disable CA1031 // A line that cannot be made costs no trading, and the next one is tried.
        catch (Exception bug) when (bug is not OperationCanceledException)
#pragma warning restore CA1031
        {
            _log.Error("the accounts cannot be told: {Problem}", Unexpected.Text(bug));
        }
    }

    private void Say(StatusBlock account) => _log.Information(
        "{Account} {State}: equity {Equity}, {Positions}, {Orders} with {Held} held, {Trades}, expectancy {Expectancy}/trade, max drawdown "
        + "{MaxDrawdown} %",
        account.Account, account.State, ViewText.Short(account.Equity, 2), Terminal.Plural.Of(account.Health.ActivePositions, "position"),
        Terminal.Plural.Of(account.Summary?.OpenOrders ?? 0, "order"), ViewText.Short(account.Summary?.HeldCapital, 2),
        Terminal.Plural.Of(account.Summary?.Trades ?? 0, "trade"), ViewText.Short(account.Summary?.Expectancy, 2),
        ViewText.Short(account.Summary?.MaxDrawdownPercent, 2));
}
