using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace StrategyHost.Kill.Tests.Kills;

/// <summary>
/// The built host against the built emulator, killed with SIGKILL again and again. More kills:
/// <c>STRATEGYHOST_KILLS=1000 dotnet test tests/StrategyHost.Kill.Tests -c Release --filter Kills</c>; another schedule:
/// <c>STRATEGYHOST_KILLS_SEED=N</c>; <c>STRATEGYHOST_KILLS_KEEP=1</c> keeps data and logs of runs with problems.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Side by side, each with an emulator and a data directory of its own: most of a life is a start.</summary>
    private const int Chains = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-kills-").FullName;
    private bool _hasFailed;

    [Fact]
    public async Task Nothing_is_lost_doubled_or_uncovered_whenever_the_host_is_killed()
    {
        var (kills, seed) = (Number("STRATEGYHOST_KILLS", 40), Number("STRATEGYHOST_KILLS_SEED", 20261121));
        var began = Stopwatch.GetTimestamp();
        var chains = Enumerable.Range(0, Chains)
            .Select(i => new KillChain(seed + i, (kills + i) / Chains, Directory.CreateDirectory(Path.Combine(_folder, $"{i}")).FullName))
            .ToArray();
        await Task.WhenAll(chains.Select(c => c.RunAsync()));
        var problems = chains.SelectMany(c => c.Problems).ToList();
        output.WriteLine($"{kills} kills in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s, {problems.Count} problems");
        chains.ToList().ForEach(c => output.WriteLine(c.Summary));
        _hasFailed = problems.Count > 0;
        Assert.True(problems.Count == 0, $"{problems.Count} problems in {_folder}\n" + string.Join('\n', problems.Take(40)));
    }

    public void Dispose()
    {
        if (!_hasFailed || Number("STRATEGYHOST_KILLS_KEEP", 0) == 0)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
