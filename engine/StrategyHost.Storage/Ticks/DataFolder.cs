using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Ticks;

/// <summary>Paths as the user gives them (files, folders) as a list of files in a fixed order.</summary>
internal static class DataFolder
{
    /// <summary>Files in the order given; a folder's by ordinal path. Half-written segments and hidden files are left out.</summary>
    public static Result<IReadOnlyList<(string Path, bool IsFromFolder)>> Expand(IReadOnlyList<string> paths)
    {
        var files = new List<(string, bool)>();
        var errors = new List<Error>();
        foreach (var path in paths)
        {
            if (Directory.Exists(path) && ImportMarker.Unfinished(path) is { } unfinished)
            {
                errors.Add(unfinished);
            }
            else if (Directory.Exists(path))
            {
                var inside = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                    .Where(f => !Path.GetFileName(f).StartsWith('.') && !f.EndsWith(".part", StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal)
                    .ToList();
                files.AddRange(inside.Select(f => (f, true)));
                if (inside.Count == 0)
                {
                    errors.Add(new Error { File = path, Rule = "no_data", Message = "the folder holds no files" });
                }
            }
            else if (File.Exists(path))
            {
                files.Add((path, false));
            }
            else
            {
                errors.Add(new Error { File = path, Rule = "not_found", Message = "there is no such file or folder" });
            }
        }

        return errors.Count > 0 ? Result<IReadOnlyList<(string, bool)>>.Failed(errors) : files;
    }
}
