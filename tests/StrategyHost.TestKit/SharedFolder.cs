namespace StrategyHost.TestKit;

/// <summary>
/// The one place that finds recorded data and reference works outside the repository: STRATEGYHOST_SHARED, else <c>../shared</c> beside the
/// checkout. Absent in a bare clone; tests that need it are skipped with a reason.
/// </summary>
public static class SharedFolder
{
    /// <summary>Root of the checkout: the folder that holds StrategyHost.sln.</summary>
    public static string Repository { get; } = FindRepository();

    public static string? Root { get; } = Find();

    public static string Path(params string[] parts) =>
        System.IO.Path.Combine([Root ?? throw new InvalidOperationException("no shared folder"), .. parts]);

    private static string? Find()
    {
        var candidate = Environment.GetEnvironmentVariable("STRATEGYHOST_SHARED") is { Length: > 0 } set
            ? set
            : System.IO.Path.Combine(Repository, "..", "shared");
        return Directory.Exists(candidate) ? System.IO.Path.GetFullPath(candidate) : null;
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "StrategyHost.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("StrategyHost.sln not found above the test binaries");
    }
}
