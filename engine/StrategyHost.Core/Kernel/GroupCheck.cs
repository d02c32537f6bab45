using StrategyHost.Core.Domain;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Looks at all entries of an array that share a <c>group</c> before the first is sent: on each account all are accepted or none (contracts
/// §2.1). Margin, positions and exposure are counted over the legs. What the mirror leaves out never keeps main from trading.
/// </summary>
internal sealed class GroupCheck(EntryDesk entries, MirrorDesk mirror)
{
    private readonly Dictionary<string, Error> _objections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _skips = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Legs> _legs = new(StringComparer.Ordinal);

    public Error? Objection(string group) => _objections.GetValueOrDefault(group);

    public string? MirrorSkips(string group) => _skips.GetValueOrDefault(group);

    public void Look(SignalAct act)
    {
        var side = act.Signal.Action == SignalAction.Buy ? PositionSide.Long : PositionSide.Short;
        var isEntry = act.Signal.Action is SignalAction.Buy or SignalAction.Sell && !act.Signal.ReduceOnly;
        if (!isEntry || act.Signal.Group is not { } group || (act.OpenPlan is { } plan && plan.Side != side && !act.Signal.Flip))
        {
            return;
        }

        var legs = _legs.TryGetValue(group, out var known) ? known : _legs[group] = new Legs([], []);
        var ticket = entries.Ticket(act, act.OpenPlan is { } open && open.Side != side ? open : null, legs.Own);
        if (!ticket.IsOk)
        {
            var error = ticket.Errors[0];
            _objections.TryAdd(group, error with
            {
                Rule = SignalRules.GroupRefused,
                Message = $"a signal of group {group} would be refused ({error.Rule}): {error.Message}",
            });
            return;
        }

        legs.Own.Add(ticket.Value);
        if (!act.IsFollowed)
        {
            return;
        }

        var (follower, reason) = mirror.Ticket(act, ticket.Value, null, null, legs.Mirrored);
        if (follower is null || reason is not null)
        {
            _skips.TryAdd(group, $"group {group}: {reason}");
        }
        else
        {
            legs.Mirrored.Add(follower);
        }
    }

    /// <summary>Tickets of a group that were found good so far, of each account.</summary>
    private sealed record Legs(List<EntryTicket> Own, List<EntryTicket> Mirrored);
}
