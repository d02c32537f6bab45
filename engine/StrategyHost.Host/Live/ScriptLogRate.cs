using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Host.Live;

/// <summary>
/// Lets so many lines of a script's <c>ctx.log</c> into the log of the host: <see cref="Burst"/> at once and <see cref="PerSecond"/> from
/// there on, by the time of the events. What is left out is counted and said with the next line that passes; the journal has all. Only the
/// loop's thread calls it.
/// </summary>
internal sealed class ScriptLogRate
{
    public const int Burst = 100;
    public const int PerSecond = 10;

    private readonly Dictionary<StrategyId, Room> _rooms = [];

    /// <summary>The text to log, or null for a line too many.</summary>
    public string? Take(ScriptLogged line)
    {
        var room = _rooms.GetValueOrDefault(line.Strategy, new Room(Burst, line.At, 0));
        var lines = Math.Min(Burst, room.Lines + (Math.Max(0, line.At.Ms - room.At.Ms) * PerSecond / 1000.0));
        var passes = lines >= 1;
        _rooms[line.Strategy] = passes ? new Room(lines - 1, line.At, 0) : new Room(lines, line.At, room.LeftOut + 1);
        return !passes ? null : room.LeftOut == 0 ? line.Text
            : FormattableString.Invariant($"{line.Text} (before it {room.LeftOut} lines were left out: more than {PerSecond} a second)");
    }

    private readonly record struct Room(double Lines, Timestamp At, long LeftOut);
}
