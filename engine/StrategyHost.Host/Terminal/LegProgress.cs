namespace StrategyHost.Host.Terminal;

/// <summary>
/// Progress of a command that works and waits by turns: a bar for each leg, and none while somebody reads or types.
/// </summary>
internal sealed class LegProgress(Func<IProgressReporter> make) : IProgressReporter
{
    private IProgressReporter? _current;

    public string SoFar => _current?.SoFar ?? "";

    public void Report(long done, long total, string unit) => (_current ??= make()).Report(done, total, unit);

    /// <summary>The leg is over: its bar is gone when this returns.</summary>
    public void End()
    {
        _current?.Dispose();
        _current = null;
    }

    public void Dispose() => End();
}

/// <summary>For many small runs inside other work that shows its own progress, or none.</summary>
internal sealed class SilentProgress : IProgressReporter
{
    public string SoFar => "";

    public void Report(long done, long total, string unit)
    {
        // Whoever asked for the small run shows how far the whole is.
    }

    public void Dispose()
    {
        // Nothing is shown.
    }
}
