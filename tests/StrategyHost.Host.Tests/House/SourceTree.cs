using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.House;

/// <summary>The C# files of the checkout, without what builds leave behind.</summary>
internal static class SourceTree
{
    public static IEnumerable<string> Files(params string[] roots) => roots
        .Select(r => Path.Combine(SharedFolder.Repository, r))
        .Where(Directory.Exists)
        .SelectMany(r => Directory.EnumerateFiles(r, "*.cs", SearchOption.AllDirectories))
        .Where(IsOurs)
        .Order(StringComparer.Ordinal);

    public static IEnumerable<string> Projects() => new[] { "engine", "tests" }
        .SelectMany(r => Directory.EnumerateFiles(Path.Combine(SharedFolder.Repository, r), "*.csproj", SearchOption.AllDirectories))
        .Order(StringComparer.Ordinal);

    /// <summary>With forward slashes, from the root of the checkout.</summary>
    public static string Relative(string file) => Path.GetRelativePath(SharedFolder.Repository, file).Replace('\\', '/');

    private static bool IsOurs(string file)
    {
        var parts = Relative(file).Split('/');
        return !parts.Contains("bin") && !parts.Contains("obj");
    }
}
