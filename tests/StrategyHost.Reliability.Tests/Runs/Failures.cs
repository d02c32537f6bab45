using System.Globalization;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>What is said of a run in which an invariant broke: where, the last lines of its story, and a file that plays it again.</summary>
internal static class Failures
{
    private const int StoryLines = 30;

    /// <summary>Shrinks it, writes its file, and tells it.</summary>
    public static string Tell(RunResult failed)
    {
        var small = Shrinker.Shrink(failed);
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "replays")).FullName;
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{failed.Broken}_seed_{failed.Options.Seed}.json"));
        File.WriteAllText(path, ReplayFile.Write(small));
        return $"seed {failed.Options.Seed}, event {failed.Event}: {failed.Text}\n  shrunk to {small.Options.Events} events, {small.Strikes.Count} "
            + $"strikes ({string.Join(' ', small.Strikes.Take(12).Select(s => $"{s.Kind}/{s.Where}/{s.Number}"))}), {small.Crashes} crashes: {small.Text}\n"
            + $"  replay: {path}\n    " + string.Join("\n    ", Tail(small.Story));
    }

    /// <summary>The last lines without those of a market in which nothing happens.</summary>
    public static IEnumerable<string> Tail(IReadOnlyList<string> story) => story.Where(IsTold).TakeLast(StoryLines)
        .Select(l => l.Length > 240 ? l[..240] : l);

    private static bool IsTold(string line) =>
        !(line.Contains("> ", StringComparison.Ordinal) && line.Split(' ') is [_, ">", var symbol, var price]
            && symbol.EndsWith("USDT", StringComparison.Ordinal) && decimal.TryParse(price, CultureInfo.InvariantCulture, out _))
        && !line.EndsWith("Saved", StringComparison.Ordinal);
}
