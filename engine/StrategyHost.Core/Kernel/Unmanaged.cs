using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Entries and changes while the host does not manage positions (contracts §3 <c>use_position_monitor: false</c>): an entry keeps the stop
/// that it carries, which follows its own fills and nothing else; targets, trails, breakeven and time exits are left out, and said. What
/// would have to be moved later is refused.
/// </summary>
internal static class Unmanaged
{
    /// <summary>
    /// The ticket without what nobody would look after. A trail that is tighter than the stop becomes a stop of that distance.
    /// </summary>
    public static EntryTicket Of(EntryTicket ticket)
    {
        var spec = ticket.Spec;
        var stop = Tighter(ticket, spec);
        var signal = ticket.Signal;
        string[] dropped =
        [
            .. spec.Target.Value is null ? [] : (string[])["take_profit"],
            .. spec.Trail.Value is null ? [] : (string[])["trail"],
            .. spec.Breakeven.Value is null ? [] : (string[])["breakeven"],
            .. signal is { CloseAt: null, CloseAfterMs: null, CloseAfterCandles: null } ? [] : (string[])["time exit"],
        ];
        var kept = spec with
        {
            Stop = stop,
            Target = Said<TargetSpec>.None,
            Trail = Said<TrailSpec>.None,
            Breakeven = Said<BreakevenSpec>.None,
        };
        return ticket with
        {
            Spec = kept,
            Resolved = kept,
            Signal = signal with
            {
                CloseAt = null,
                CloseAfterMs = null,
                CloseAfterCandles = null,
            },
            Note = dropped.Length == 0 ? "" : $"not_managed: {string.Join(", ", dropped)} left out, use_position_monitor is off",
        };
    }

    /// <summary>The objection to an order whose trigger the host would have to move.</summary>
    public static Error? Objection(Signal signal) => signal.Type == SignalType.TrailingStop
        ? Refused("type", "an order that trails is moved by the host")
        : null;

    /// <summary>The objection to a change of protection that the host would have to carry out later.</summary>
    public static Error? Objection(ProtectionSpec change) =>
        change.Target.Value is not null ? Refused("take_profit", "targets are placed by the host")
        : change.Trail.Value is not null ? Refused("trail_percent", "a trail is moved by the host")
        : change.Breakeven.Value is not null ? Refused("breakeven", "breakeven is set by the host")
        : null;

    private static Said<Level> Tighter(EntryTicket ticket, ProtectionSpec spec)
    {
        if (spec.Trail.Value is not { ActivationPrice: null } trail)
        {
            return spec.Stop;
        }

        var (sign, reference) = (ticket.Side.Sign(), ticket.Reference);
        var level = trail.Percent is { } percent
            ? new Level(LevelKind.Percent, percent)
            : new Level(LevelKind.Price, reference - (sign * trail.Amount!.Value)); // it has one of the two
        var trailing = Stop(ticket, new ProtectionSpec { Stop = Said<Level>.Of(level) });
        var own = Stop(ticket, new ProtectionSpec { Stop = spec.Stop });
        var isOwn = own is { } present && (trailing is not { } start || (start.Units - present.Units) * sign <= 0);
        return isOwn ? spec.Stop : Said<Level>.Of(level);
    }

    private static Price? Stop(EntryTicket ticket, ProtectionSpec spec) =>
        new StopLevels(spec, ticket.Side, ticket.Instrument, ticket.Atr).Before(ticket.Reference);

    private static Error Refused(string field, string message) => new()
    {
        Rule = "not_managed",
        Field = field,
        Message = message + ", and globals.use_position_monitor is off",
    };
}
