namespace StrategyHost.Storage.RunTapes;

/// <summary>Where the tapes of a data directory are, and how long.</summary>
public static class RunTapeFolder
{
    private const string Extension = ".tape";

    public static string PathOf(string directory, string run) => Path.Combine(directory, "market", run + Extension);

    /// <summary>
    /// Deletes tapes that were last written before that moment. Called at a start, before the run's own is begun. What cannot be deleted
    /// stays; its names come back.
    /// </summary>
    public static IReadOnlyList<string> Purge(string directory, DateTimeOffset before)
    {
        var folder = Path.Combine(directory, "market");
        var kept = new List<string>();
        if (!Directory.Exists(folder))
        {
            return kept;
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            try
            {
                if (File.GetLastWriteTimeUtc(file) < before.UtcDateTime)
                {
                    File.Delete(file);
                }
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                kept.Add(file);
            }
        }

        return kept;
    }
}
