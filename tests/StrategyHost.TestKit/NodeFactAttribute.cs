using Xunit;

namespace StrategyHost.TestKit;

/// <summary>
/// A test that runs an npm project; skipped with a reason where node is missing or, unless it brings its own, the packages of
/// <c>tests/RealClients</c> are.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public const string NoNode = "node is not installed: https://nodejs.org (20 or newer)";
    private const string NoPackages = "npm packages are missing: npm ci --prefix tests/RealClients --ignore-scripts";

    /// <summary>With <paramref name="shared"/> the project is one of the recorded folder and installs its own packages.</summary>
    public NodeFactAttribute(bool shared = false)
    {
        IsShared = shared;
        Skip = !HasNode ? NoNode
            : shared && SharedFolder.Root is null ? SharedFactAttribute.Reason
            : !shared && !Directory.Exists(Path.Combine(RealClients, "node_modules", "bybit-api")) ? NoPackages
            : null;
    }

    public static string RealClients { get; } = Path.Combine(SharedFolder.Repository, "tests", "RealClients");

    public bool IsShared { get; }

    public static bool HasNode { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, "node")));
}
