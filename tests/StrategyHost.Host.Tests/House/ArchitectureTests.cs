using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace StrategyHost.Host.Tests.House;

/// <summary>Who may know whom: project references and using directives against the tables of the architecture.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>Project → engine projects that it may reference. Only Host sees everything.</summary>
    private static readonly Dictionary<string, string[]> AllowedReferences = new()
    {
        ["Core"] = [],
        ["Scripting"] = ["Core"],
        ["Storage"] = ["Core"],
        ["Bybit"] = ["Core"],
        ["Simulation"] = ["Core"],
        ["Emulator"] = ["Core", "Simulation"],
        ["Host"] = ["Core", "Scripting", "Storage", "Bybit", "Simulation", "Emulator"],
    };

    /// <summary>
    /// Folders of Core; each may use those before it (ADR 17). Ports stand beside them and see Domain, MarketData and the Kernel.
    /// </summary>
    private static readonly string[] CoreFolders =
    [
        "Domain", "MarketData", "Strategies", "Protection", "Signals", "Settings", "Orders", "Planning", "Risk", "Accounts", "Kernel",
    ];

    private static readonly string[] PortsMayUse = ["Domain", "MarketData", "Kernel"];

    /// <summary>
    /// The emulator is signed at by the adapter's signer in one test: the two share no code, so their agreement means something. The
    /// contract of exchange accounts runs on the adapter through the emulator and on the simulated account. The simulation of the whole
    /// order path puts the host's parts together anew.
    /// </summary>
    private static readonly HashSet<(string Test, string Reference)> OtherSubjects =
    [
        ("Emulator.Tests", "Bybit"), ("Bybit.Tests", "Emulator"), ("Bybit.Tests", "Simulation"), ("Scripting.Tests", "ScriptProbe"),
        ("Reliability.Tests", "Host"),
    ];

    [Fact]
    public void EngineProjects_ReferenceOnlyWhatTheyMay() => ExpectNone(
        from project in SourceTree.Projects()
        let name = ShortName(project)
        where SourceTree.Relative(project).StartsWith("engine/", StringComparison.Ordinal)
        from reference in References(project)
        where !AllowedReferences.TryGetValue(name, out var allowed) || !allowed.Contains(reference)
        select $"{name} references {reference}");

    [Fact]
    public void TestProjects_ReferenceTheirOwnSubjectAndTheTestKit() => ExpectNone(
        from project in SourceTree.Projects()
        let name = ShortName(project)
        where name.EndsWith(".Tests", StringComparison.Ordinal)
        from reference in References(project)
        where reference != "TestKit" && reference != name[..^".Tests".Length] && !OtherSubjects.Contains((name, reference))
        select $"{name} references {reference}");

    [Fact]
    public void Core_ReferencesNoPackage() => ExpectNone(
        from project in SourceTree.Projects()
        where ShortName(project) == "Core"
        from package in XDocument.Load(project).Descendants("PackageReference")
        select $"Core references {package.Attribute("Include")?.Value}");

    [Fact]
    public void EveryEngineProject_StandsInTheTable() => ExpectNone(
        from project in SourceTree.Projects()
        where SourceTree.Relative(project).StartsWith("engine/", StringComparison.Ordinal)
            && !AllowedReferences.ContainsKey(ShortName(project))
        select ShortName(project));

    [Fact]
    public void Usings_NameOnlyAllowedProjects() => ExpectNone(
        from file in SourceTree.Files("engine")
        let project = SourceTree.Relative(file).Split('/')[1]["StrategyHost.".Length..]
        from used in Usings(file)
        where used[0] != project && !AllowedReferences[project].Contains(used[0])
        select $"{SourceTree.Relative(file)} uses {string.Join('.', used)}");

    [Fact]
    public void CoreFolders_UseOnlyThoseBeforeThem() => ExpectNone(
        from file in SourceTree.Files("engine/StrategyHost.Core")
        let parts = SourceTree.Relative(file).Split('/')
        where parts.Length > 3
        from used in Usings(file)
        where used[0] == "Core" && used.Length > 1 && !MayUse(parts[2], used[1])
        select $"{SourceTree.Relative(file)} uses {used[1]}");

    [Fact]
    public void CoreFolders_AreAllKnown() => ExpectNone(
        from file in SourceTree.Files("engine/StrategyHost.Core")
        let parts = SourceTree.Relative(file).Split('/')
        where parts.Length > 3 && parts[2] != "Ports" && !CoreFolders.Contains(parts[2])
        select SourceTree.Relative(file));

    private static bool MayUse(string folder, string used) =>
        folder == used || (folder == "Ports"
            ? PortsMayUse.Contains(used)
            : Array.IndexOf(CoreFolders, used) >= 0 && Array.IndexOf(CoreFolders, used) < Array.IndexOf(CoreFolders, folder));

    private static string ShortName(string project) => Path.GetFileNameWithoutExtension(project)["StrategyHost.".Length..];

    private static IEnumerable<string> References(string project) => XDocument.Load(project).Descendants("ProjectReference")
        .Select(r => ShortName(r.Attribute("Include")!.Value.Replace('\\', '/')));

    /// <summary>Using directives and qualified names, each as its parts behind StrategyHost.</summary>
    private static IEnumerable<string[]> Usings(string file) => UsedName().Matches(CodeText.Blank(File.ReadAllText(file)))
        .Select(m => m.Groups[1].Value.Split('.'))
        .DistinctBy(parts => string.Join('.', parts));

    private static void ExpectNone(IEnumerable<string> places)
    {
        var list = places.ToList();
        Assert.True(list.Count == 0, string.Join('\n', list));
    }

    [GeneratedRegex(@"(?<!namespace\s+)\bStrategyHost\.((?:\w+\.)*\w+)")]
    private static partial Regex UsedName();
}
