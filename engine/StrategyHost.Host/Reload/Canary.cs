using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Reload;

/// <summary>
/// A new version in shadow: it gets each call that the version which trades was answered for, and its answers are compared and dropped. It
/// sees the account of the one that trades, so after a difference its own position is not what it wanted. Whatever happens here, trading
/// does not notice: a bug ends the shadow alone.
/// </summary>
/// <param name="candidate">The new version, warmed up; it is the canary's from now on.</param>
/// <param name="trading">The version that trades now; null: none any more.</param>
/// <param name="log">Gets the differences.</param>
internal sealed class Canary(Candidate candidate, Func<StrategyRunner?> trading, ILogger log) : IDisposable
{
    /// <summary>Calls that may wait; a shadow that is slower than the market leaves some out and says how many.</summary>
    private const int WaitingMax = 1_000;

    /// <summary>Differences that are logged one by one; all are counted.</summary>
    private const int LoggedMax = 50;

    private int _waiting;
    private int _isOver;
    private int _hasFailed;

    public ScriptVersion Version => candidate.Version;

    /// <summary>Calls that both answered.</summary>
    public long Calls { get; private set; }
    public long Differences { get; private set; }

    /// <summary>Calls that it did not get, being too slow.</summary>
    public long Skipped { get; private set; }

    /// <summary>The newest difference, for people.</summary>
    public string? Last { get; private set; }

    /// <summary>Ends when the new version faults, with why.</summary>
    public Action<Error>? Faulted { get; init; }

    /// <summary>Hears of the first bug of the host's, on a thread that must not wait; nothing is compared after it.</summary>
    public required Action<Exception> Failed { get; init; }

    /// <summary>On the loop's thread, on which one version replaces another: which then passes the shadow on.</summary>
    public void Begin()
    {
        if (trading() is { } runner)
        {
            runner.Shadow = Take;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            if (trading() is { } runner)
            {
                runner.Shadow = null;
            }

            candidate.Dispose();
        }
    }

    // On the thread of the version that trades: nothing here may wait.
    private void Take(CallScript call, ScriptAnswer answer)
    {
        if (Volatile.Read(ref _isOver) != 0 || Volatile.Read(ref _hasFailed) != 0)
        {
            return;
        }

        if (Interlocked.Increment(ref _waiting) > WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            Skipped++;
            return;
        }

        try
        {
            candidate.Post(() => Compare(call, answer), Fail);
        }
        catch (InvalidOperationException)
        {
            // It was disposed a moment ago.
        }
    }

    private void Compare(CallScript call, ScriptAnswer answer)
    {
        Interlocked.Decrement(ref _waiting);
        if (Volatile.Read(ref _isOver) != 0 || Volatile.Read(ref _hasFailed) != 0 || candidate.Script.Fault is not null
            || HeldCalls.ForNew(call.Call, candidate.Version.Setup) is not { } fitting)
        {
            return;
        }

        var own = candidate.Script.Call(fitting, call.View);
        Calls++;
        var (old, now) = (SignalText.Of(answer), SignalText.Of(own));
        if (old != now)
        {
            Differ($"{fitting.At} {fitting.GetType().Name}: {old} → {now}");
        }

        if (own.Fault is { } fault)
        {
            Faulted?.Invoke(fault.Error);
        }
    }

    private void Fail(Exception bug)
    {
        if (Interlocked.Exchange(ref _hasFailed, 1) == 0)
        {
            Failed(bug);
        }
    }

    private void Differ(string text)
    {
        Last = text;
        if (++Differences <= LoggedMax)
        {
            log.Information("{Strategy} canary {Version} decides otherwise at {Difference}", Version.Id.Name, Version.Short, text);
        }
    }
}
