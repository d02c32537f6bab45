using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary>The npm packages of <c>tests/ScriptPackages</c>, and why tests with them are skipped where they are absent.</summary>
internal static class ScriptPackages
{
    public static string Folder { get; } = Path.Combine(SharedFolder.Repository, "tests", "ScriptPackages");

    public static string? Missing { get; } = Directory.Exists(Path.Combine(Folder, "node_modules", "typescript")) ? null
        : "npm packages are missing: npm ci --prefix tests/ScriptPackages --ignore-scripts";

    /// <summary>A strategy's folder with packages in its node_modules, as npm would lay them.</summary>
    public static ScriptFolder With(params string[] names)
    {
        var folder = new ScriptFolder();
        foreach (var name in names)
        {
            Copy(new DirectoryInfo(Path.Combine(Folder, "node_modules", name)), Path.Combine(folder.Path, "node_modules", name));
        }

        return folder;
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in from.EnumerateFiles().Where(f => f.Extension is ".js" or ".cjs" or ".json"))
        {
            file.CopyTo(Path.Combine(to, file.Name));
        }

        foreach (var folder in from.EnumerateDirectories().Where(d => d.Name is not "node_modules"))
        {
            Copy(folder, Path.Combine(to, folder.Name));
        }
    }
}

/// <summary>A test with the TypeScript compiler; skipped with a reason where node or the packages are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CompilerFactAttribute : FactAttribute
{
    public CompilerFactAttribute() => Skip = !NodeFactAttribute.HasNode ? NodeFactAttribute.NoNode : ScriptPackages.Missing;
}

/// <summary>A test of a real package inside JavaScriptCore; skipped with a reason where one of the two is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PackageFactAttribute : FactAttribute
{
    public PackageFactAttribute() => Skip = JavaScriptCoreHere.Missing ?? ScriptPackages.Missing;
}
