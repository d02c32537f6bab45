using StrategyHost.Core.Strategies;

namespace StrategyHost.Scripting.Modules;

/// <summary>The files of a strategy's folder as they are on the disk now.</summary>
public sealed class DiskFiles : IScriptFiles
{
    /// <summary>Links that lead to links are followed so often.</summary>
    private const int LinksMax = 40;

    public bool Exists(string path) => File.Exists(path);

    public string RealPath(string path) => RealPath(path, 0);

    public long Length(string path) => new FileInfo(path).Length;

    public string Read(string path) => File.ReadAllText(path);

    private static string RealPath(string path, int depth)
    {
        var root = Path.GetPathRoot(path) ?? "/";
        var at = root;
        foreach (var part in path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            at = Path.Combine(at, part);
            if (depth < LinksMax && new FileInfo(at).LinkTarget is { } target)
            {
                at = RealPath(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(at) ?? root, target)), depth + 1);
            }
        }

        return at;
    }
}
