using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Operating;

/// <summary>
/// Gives a session what was asked for while no host ran, to each account by itself: before its first event, and out of the file when that
/// account's journal has it. A journal or a file that cannot be written is tried again as long as the session goes on; the next start asks
/// the journal.
/// </summary>
internal sealed class HaltDelivery(PendingHalts pending, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private readonly List<Task> _work = [];

    /// <summary>Why nothing may start.</summary>
    public Error? Problem => pending.Problem;

    /// <summary>Ends when every account has what was meant for it, or the session has ended.</summary>
    public Task Completion => Task.WhenAll(_work);

    /// <summary>Posts the inputs to a session whose loop has not started.</summary>
    public void Post(LiveSession session)
    {
        foreach (var account in session.Options.Mirror.Enabled ? new[] { AccountId.Main, AccountId.Mirror } : [AccountId.Main])
        {
            var (waiting, taken) = pending.Split(account);
            foreach (var halt in waiting)
            {
                var (asked, id) = (halt.Asked, halt.Id);
                log.Warning(
                    "{By} asked while no host ran: {Order} {Account} {Scope}", asked.By, asked.Order, account.Name, asked.Scope.ToString());
                session.Loop.Post(at => asked.Input(account, at, id));
            }

            if (waiting.Count + taken.Count > 0)
            {
                _work.Add(TakeAsync(session, account, [.. waiting, .. taken]));
            }
        }
    }

    private async Task TakeAsync(LiveSession session, AccountId account, PendingHalt[] posted)
    {
        try
        {
            await session.Loop.AskAsync((_, _) => true); // they have been stepped
            while (!await TryTakeAsync(session, account, posted))
            {
                await Task.Delay(Again, time).WaitAsync(session.Ending);
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over. What is in the journal is known there.
        }
    }

    private async Task<bool> TryTakeAsync(LiveSession session, AccountId account, PendingHalt[] posted)
    {
        if (await session.CommittedAsync(account).WaitAsync(session.Ending) is not null)
        {
            return false;
        }

        try
        {
            pending.Take(account, posted);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false; // the disk is full, for example: the journal says so
        }
    }
}
