using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Ticks;

/// <summary>
/// A hidden file that lists the segments of an import while they are put in place. Renames are atomic each by itself, not together: what
/// dies in between leaves the marker, and a folder with a marker is not read, since some of its segments may be old and others new. An
/// import that writes all the segments listed completes the folder.
/// </summary>
internal sealed class ImportMarker(string folder)
{
    private const string FileName = ".unfinished-import";
    private readonly string _path = Path.Combine(folder, FileName);

    /// <summary>The error of a folder, or of one below it, that is not to be read; null when there is none.</summary>
    public static Error? Unfinished(string folder) =>
        Directory.EnumerateFiles(folder, FileName, SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault() is { } marker
            ? Problem(marker)
            : null;

    /// <summary>An import into the folder must write what the unfinished one would have; null when it does.</summary>
    public Error? Missing(IEnumerable<string> segments) =>
        File.Exists(_path) && File.ReadAllLines(_path).Except(segments.Select(Path.GetFileName)).Any() ? Problem(_path) : null;

    public void Set(IEnumerable<string> segments)
    {
        using var file = new FileStream(_path, FileMode.Create, FileAccess.Write, FileShare.None);
        file.Write(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', segments.Select(Path.GetFileName))));
        file.Flush(flushToDisk: true);
    }

    public void Clear() => File.Delete(_path);

    private static Error Problem(string marker) => new()
    {
        File = Path.GetDirectoryName(marker),
        Rule = "unfinished_import",
        Message = $"an import into this folder died while it put {string.Join(", ", File.ReadAllLines(marker))} in place; repeat that "
            + $"import, or delete these files and {marker}",
    };
}
