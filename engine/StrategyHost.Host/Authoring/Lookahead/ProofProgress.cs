using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Authoring.Lookahead;

/// <summary>
/// How far a whole proof is: its runs, one after the other, are one piece of work. Before the first run has ended a tape that is cut counts
/// as half of the whole one; from then on by where its cut is.
/// </summary>
internal sealed class ProofProgress(IProgressReporter shown) : IProgressReporter
{
    private long _before;
    private long _run;
    private double _whole;

    public string SoFar => shown.SoFar;

    /// <summary>A run begins; what is left with it, in whole tapes.</summary>
    public void Begin(double whole)
    {
        _before += _run;
        (_run, _whole) = (0, whole);
    }

    /// <summary>Of the run under way: done, of a whole tape.</summary>
    public void Report(long done, long total, string unit)
    {
        _run = done;
        shown.Report(_before + done, _before + Math.Max(done, (long)(_whole * total)), unit);
    }

    public void Dispose()
    {
        // What is shown belongs to the command.
    }
}
