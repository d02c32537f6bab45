using StrategyHost.Core.Domain;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Looks at all entries of an array that share a <c>group</c> before the first is sent: on each account all are accepted or none (contracts
/// §2.1). Margin is counted over the legs. What the mirror leaves out never keeps main from trading.
/// </summary>
internal sealed class GroupCheck(EntryDesk entries, MirrorDesk mirror)
{
    private readonly Dictionary<string, Error> _objections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _skips = new(StringComparer.Ordinal);
    private readonly Dictionary<string, decimal> _reserved = new(StringComparer.Ordinal);

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

        var reserved = _reserved.GetValueOrDefault(group);
        var ticket = entries.Ticket(act, act.OpenPlan is { } open && open.Side != side ? open : null, reserved);
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

        _reserved[group] = reserved + (ticket.Value.Quantity.Value * ticket.Value.Reference / act.Account.Setup.Leverage);
        if (act.IsFollowed && mirror.Ticket(act, ticket.Value, null, null).SkippedBecause is { } reason)
        {
            _skips.TryAdd(group, $"group {group}: {reason}");
        }
    }
}
