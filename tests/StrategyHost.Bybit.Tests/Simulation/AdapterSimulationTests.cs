using System.Globalization;
using StrategyHost.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>
/// The second layer of the simulation (reliability §4.2): the adapter against the emulator under seeded faults, in processes of their own
/// whose thread pool has one worker. STRATEGYHOST_ADAPTER_SEEDS=FROM-TO plays these seeds to the end, however long it takes.
/// </summary>
public sealed class AdapterSimulationTests(ITestOutputHelper output)
{
    private const int Processes = 2;
    private const int SeedsEach = 60;

    // The default seeds take a minute of processor time; this is for a machine that does much else.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(12);

    private static readonly Dictionary<string, string> OneWorker = new(StringComparer.Ordinal)
    {
        ["DOTNET_PROCESSOR_COUNT"] = "1",
        ["DOTNET_ThreadPool_ForceMinWorkerThreads"] = "1",
        ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "1",
    };

    /// <summary>Without each of these the run has shown nothing.</summary>
    private static readonly string[] Needed =
    [
        "hit: clock", "hit: close_stream", "hit: delay", "hit: drop_message", "hit: drop_reply", "hit: drop_request", "hit: duplicate",
        "hit: half_open", "hit: reorder", "hit: ret_code", "hit: status", "hit: truncate", "hit: ban", "hit: clock set", "hit: lists lag",
        "hit: line Down", "hit: line Dark", "hit: line Late", "seen: 403", "seen: 10002", "create: in doubt", "create: not taken",
        "recovery: told unknown", "recovery: unknown, then found", "recovery: unknown, then never arrived", "recovery: not_sent",
        "recovery: create sent again, not taken before", "refused: Cancel 110001", "way: batch", "way: single",
        "link: Requests Down, 0 no answer in time", "link: Requests Up, answered", "link: Requests Up, reads are answered",
        "link: Private Down, broken", "link: Private Down, silent", "link: Private Down, it kept back the answer to a Place",
        "line: given up, arrives later", "told after: 30+ s",
    ];

    [Fact]
    public async Task Adapter_keeps_its_word_under_every_fault()
    {
        var (from, count, patience) = Seeds();
        var share = (count + Processes - 1) / Processes;
        var runs = await Task.WhenAll(Enumerable.Range(0, Processes).Select(i => PlayAsync(from + (i * share), share, patience)));
        var lines = runs.SelectMany(r => r.Lines).ToList();
        var marks = lines.Where(l => l.StartsWith("mark ", StringComparison.Ordinal)).Select(l => l.Split(' ', 3))
            .GroupBy(m => m[2]).ToDictionary(g => g.Key, g => g.Sum(m => long.Parse(m[1], CultureInfo.InvariantCulture)));
        foreach (var line in lines.Where(l => l.StartsWith("played", StringComparison.Ordinal))
            .Concat(marks.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Value,8} {m.Key}")))
        {
            output.WriteLine(line);
        }

        var broken = lines.Where(l => l.StartsWith("seed ", StringComparison.Ordinal)).Concat(runs.Select(r => $"exit code {r.Code} {r.Lines[^1]}"));
        Assert.True(runs.All(r => r.Code == 0), string.Join('\n', broken));
        if (count >= Processes * SeedsEach)
        {
            Assert.All(Needed, n => Assert.True(marks.GetValueOrDefault(n) > 0, $"never reached: {n}"));
        }
    }

    /// <summary>A law that no wrong adapter breaks is none.</summary>
    [Theory]
    [InlineData(Plants.ShortFence, "was told as not taken")]
    [InlineData(Plants.WideQuotas, "requests per window")]
    [InlineData(Plants.ShortBan, "silence after 403")]
    [InlineData(Plants.NoReconcile, "links come back")]
    [InlineData(Plants.NoFollowing, "told within")]
    [InlineData(Plants.LostReport, "told within")]
    [InlineData(Plants.RepeatedReport, "executions once")]
    public async Task Planted_fault_is_found(string plant, string law)
    {
        var (code, lines) = await PlayAsync(1, 60, Patience, "--plant=" + plant);

        Assert.Equal(1, code);
        Assert.Contains(lines, l => l.StartsWith("seed ", StringComparison.Ordinal) && l.Contains(law, StringComparison.Ordinal));
    }

    private static (long From, int Count, TimeSpan Patience) Seeds()
    {
        if (Environment.GetEnvironmentVariable("STRATEGYHOST_ADAPTER_SEEDS") is not { Length: > 0 } text)
        {
            return (1, Processes * SeedsEach, Patience);
        }

        var ends = text.Split('-');
        var (from, to) = (long.Parse(ends[0], CultureInfo.InvariantCulture), long.Parse(ends[^1], CultureInfo.InvariantCulture));
        return (from, (int)(to - from + 1), TimeSpan.FromDays(1));
    }

    private static async Task<(int Code, List<string> Lines)> PlayAsync(
        long from, int count, TimeSpan patience, params string[] more)
    {
        string[] arguments = ["simulate", .. new[] { from, count }.Select(n => n.ToString(CultureInfo.InvariantCulture)), .. more];
        using var process = BuiltProgram.Start("StrategyHost.Bybit.Tests", arguments, OneWorker);
        var (text, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, [.. (await text).Split('\n', StringSplitOptions.RemoveEmptyEntries), await error]);
    }
}
