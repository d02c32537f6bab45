namespace StrategyHost.Host.Terminal;

/// <summary>
/// Where long work says how far it is. Cheap enough to be called a thousand times a second, from one thread; library code below Host takes
/// <see cref="Report"/> as a plain delegate.
/// </summary>
internal interface IProgressReporter : IDisposable
{
    /// <summary>
    /// Done of total, both in the unit (plural, for example <c>events</c>); total 0: not known. A new unit starts a new bar, and so
    /// does less done than before: the same work on the next file.
    /// </summary>
    void Report(long done, long total, string unit);

    /// <summary>How far the work is, for example <c>45 % of 80,000 events</c>; empty before the first report.</summary>
    string SoFar { get; }
}
