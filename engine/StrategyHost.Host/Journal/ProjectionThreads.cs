using Serilog;
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

    public ProjectionThreads(string directory, IEnumerable<PerformanceBoard> boards, int retentionHours, ILogger log, TimeProvider time)
    {
        foreach (var board in boards)
        {
            var keeper = new ProjectionKeeper(directory, board.Account, retentionHours, log, time) { Board = board };
            var thread = new Thread(() => Run(keeper))
            {
                IsBackground = true,
                Name = $"tables of {board.Account}",
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

    private void Run(ProjectionKeeper keeper)
    {
        using (keeper)
        {
            while (!_end.IsSet)
            {
                if (!keeper.Work())
                {
                    _end.Wait(Look);
                }
            }
        }
    }
}
