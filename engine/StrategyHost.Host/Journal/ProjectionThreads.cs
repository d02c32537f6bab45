using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Performance;

namespace StrategyHost.Host.Journal;

/// <summary>
/// Keeps the accounts' tables behind their journals while a host runs: a thread of low priority for each account, which looks every
/// second what was committed. Nothing waits for it and nothing stops with it; no account's tables wait for another's.
/// </summary>
internal sealed class ProjectionThreads : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EndWait = TimeSpan.FromMilliseconds(200);

    private readonly ManualResetEventSlim _end = new();
    private readonly List<Thread> _threads = [];

    public ProjectionThreads(RunJournal journal, IEnumerable<PerformanceBoard> boards, int retentionHours, ILogger log, TimeProvider time)
    {
        foreach (var board in boards)
        {
            var account = board.Account;
            var keeper = new ProjectionKeeper(journal.Directory, account, retentionHours, log, time) { Board = board };

            // What is wrong with a journal was said, once; until it is written again there is nothing to make tables of.
            bool Work() => journal.IsWritten(account) && keeper.Work();
            var thread = new Thread(() => Run(keeper, Work, account, log))
            {
                IsBackground = true,
                Name = $"tables of {account}",
                Priority = ThreadPriority.BelowNormal,
            };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>A part that is not done is taken back by SQLite and done by who looks next.</summary>
    public void Dispose()
    {
        _end.Set();
        if (_threads.TrueForAll(t => t.Join(EndWait)))
        {
            _end.Dispose();
        }
    }

    private void Run(IDisposable keeper, Func<bool> work, AccountId account, ILogger log)
    {
        try
        {
            using (keeper)
            {
                while (!_end.IsSet)
                {
                    if (!work())
                    {
                        _end.Wait(Look);
                    }
                }
            }
        }
#pragma warning disable CA1031 // The thread's entry: a bug here would end the process, and the orders of both accounts with it.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            log.Error(bug, "{Account}: its lists of positions, orders and trades stay as they are until the next start, trading goes on",
                account.Name);
        }
    }
}
