using System.Globalization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Alerts;

/// <summary>
/// Until when a chat's halt or resume goes: a time as the command line's <c>--until</c> takes it, or how long from now, as its durations
/// are written: <c>30s 10m 2h 7d</c>, at most 30 days.
/// </summary>
internal static class ChatUntil
{
    private const long MsMax = 30L * 86_400_000;

    /// <summary>Null: the word is no time.</summary>
    public static Timestamp? Read(string word, Timestamp now)
    {
        var unitMs = word.Length < 2 ? 0 : word[^1] switch
        {
            's' => 1_000L,
            'm' => 60_000L,
            'h' => 3_600_000L,
            'd' => 86_400_000L,
            _ => 0L,
        };
        return unitMs > 0 && int.TryParse(word.AsSpan(0, word.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count > 0 && count <= MsMax / unitMs ? now.AddMs(count * unitMs) : null
            : UtcTime.TryParse(word);
    }
}
