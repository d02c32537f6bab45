using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>What a person wants closed: all of the account, or of one strategy, or of one symbol, or both.</summary>
public sealed record FlattenScope(StrategyId? Strategy, Symbol? Symbol)
{
    public bool Covers(TradePlan plan) => (Strategy is null || plan.Strategy == Strategy) && Covers(plan.Symbol);

    public bool Covers(Symbol symbol) => Symbol is null || symbol == Symbol;
}

/// <summary>
/// A person's orders on one account. Flatten: entries are cancelled first, then positions are closed at market, reduce-only, and asked for
/// again until a fresh picture shows that nothing is left. It ends with what was there when it was asked for: a plan that a strategy opens
/// later is not meant.
/// </summary>
public sealed class OperatorDesk
{
    /// <summary>A close that has not closed is asked for again after so long.</summary>
    private const long AgainMs = 2000;
    private readonly AccountKernel _account;
    private readonly string _installation;
    private readonly List<TradePlan> _plans = [];
    private readonly HashSet<string> _orders = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Symbol, PositionIdx Leg), int> _foreign = [];
    private Timestamp _sentAt;
    private bool _isProven = true;
    private bool _isProofAsked;

    internal OperatorDesk(AccountKernel account, string installation) => (_account, _installation) = (account, installation);

    /// <summary>Number of the latest flatten; 0: none was asked for.</summary>
    public long Asked { get; private set; }

    /// <summary>The latest flatten has ended, and a picture taken after that shows that nothing of it is left.</summary>
    public bool IsFlat => _isProven;

    internal Timestamp NextDue => _isProven ? Timestamp.MaxValue : _sentAt.AddMs(AgainMs);

    /// <summary>What a flatten of the scope would do now; empty: there is nothing to close and nothing to cancel.</summary>
    public IReadOnlyList<OrderAction> Plan(FlattenScope scope)
    {
        var picture = DesiredProtection.Picture(_account);
        return [.. Flattening.Cancels(picture, Meant(scope)), .. Closes(picture, scope)];
    }

    /// <summary>What the latest flatten still has to do.</summary>
    public IReadOnlyList<OrderAction> Left()
    {
        var picture = DesiredProtection.Picture(_account);
        var closes = _plans.Where(p => !p.Size.IsZero).Select(p => Flattening.Close(p.Symbol, p.PositionIdx, p.Side, p.Size));
        var foreign = picture.Positions.Where(IsMeant).Select(p => Flattening.Close(p.Symbol, p.PositionIdx, p.Side, p.Size));
        return [.. Flattening.Cancels(picture, o => _orders.Contains(Flattening.Id(o))), .. closes, .. foreign];
    }

    /// <summary>The flatten under way; null: there is none, or it is proven. Set where a run goes on, after its plans.</summary>
    internal SavedFlatten? State
    {
        get => _isProven ? null : new SavedFlatten
        {
            Plans = [.. _plans.Select(p => p.Number)],
            Orders = [.. _orders.Order(StringComparer.Ordinal)],
            Foreign = [.. _foreign.Select(f => new SavedForeign(new Symbol(f.Key.Symbol), f.Key.Leg, f.Value))],
            SentAt = _sentAt,
            IsProofAsked = _isProofAsked,
        };
        set
        {
            (_isProven, Asked) = (value is null, value is null ? 0 : 1);
            if (value is not null)
            {
                (_sentAt, _isProofAsked) = (value.SentAt, value.IsProofAsked);
                _plans.AddRange(_account.Plans.Where(p => value.Plans.Contains(p.Number)));
                _orders.UnionWith(value.Orders);
                value.Foreign.ToList().ForEach(f => _foreign[(f.Symbol.Name, f.Leg)] = f.Closes);
            }
        }
    }

    internal void Take(OperatorAsked asked, EffectList effects)
    {
        switch (asked)
        {
            case FlattenAsked flatten:
                Flatten(flatten.Scope, asked.At, effects);
                break;
            case RebalanceAsked:
                Rebalance(asked.At, effects);
                break;
            case HaltAsked halt:
                _account.Halts.Halt(halt, effects);
                break;
            case ResumeAsked resume:
                _account.Halts.Resume(resume, effects);
                break;
            default:
                throw new System.Diagnostics.UnreachableException(asked.ToString());
        }
    }

    private void Flatten(FlattenScope scope, Timestamp at, EffectList effects)
    {
        var picture = DesiredProtection.Picture(_account);
        var isMeant = Meant(scope);
        _plans.Clear();
        _orders.Clear();
        _foreign.Clear();
        _plans.AddRange(_account.Plans.Where(scope.Covers));
        _orders.UnionWith(picture.Orders.Where(isMeant).Select(Flattening.Id));
        foreach (var position in picture.Positions.Where(p => scope.Strategy is null && scope.Covers(p.Symbol)))
        {
            _foreign[(position.Symbol.Name, position.PositionIdx)] = 0;
        }

        Asked++;
        (_isProven, _isProofAsked, _sentAt) = (false, false, at);
        Send(picture, at, effects);
        Look(at, effects);
    }

    /// <summary>Carries out what makes protection exact.</summary>
    private void Rebalance(Timestamp at, EffectList effects)
    {
        foreach (var action in Rebalancer.Plan(DesiredProtection.Picture(_account), DesiredProtection.Of(_account)))
        {
            switch (action)
            {
                case AmendProtection { Wanted: var wanted } when _account.Find(wanted.Id) is { } order:
                    _account.Amend(order, Amendment(wanted, order.Plan.Symbol), effects);
                    break;
                case CancelResting cancel:
                    effects.Add(new CancelOrder(_account.Account, cancel.Symbol, cancel.Present.ClientOrderId));
                    break;
                case SetStop or PlaceProtection when Holders(action) is { Length: > 0 } plans:
                    foreach (var plan in plans)
                    {
                        ProtectionCycle.Doubt(plan);
                        _account.Settle(plan, at, effects);
                    }

                    break;
            }
        }
    }

    internal void Pass(Timestamp at, EffectList effects)
    {
        if (at >= NextDue)
        {
            (_sentAt, _isProofAsked) = (at, true);
            Send(DesiredProtection.Picture(_account), at, effects);
            effects.Add(new ReadAccount(_account.Account));
        }
    }

    /// <summary>A report changed something: the proof is asked for as soon as everything seems gone.</summary>
    internal void Look(Timestamp at, EffectList effects)
    {
        if (!_isProven && !_isProofAsked && IsDone())
        {
            (_sentAt, _isProofAsked) = (at, true); // once: a picture brings reports itself, and each would ask for the next picture
            effects.Add(new ReadAccount(_account.Account));
        }
    }

    /// <summary>A fresh picture came: it proves, or shows what is left.</summary>
    internal void Prove() => _isProven |= IsDone() && !_plans.Exists(p => p.HasLiveOrder);

    private bool IsDone()
    {
        var picture = DesiredProtection.Picture(_account);
        foreach (var gone in _foreign.Keys.Where(k => !picture.Positions.Any(p => (p.Symbol.Name, p.PositionIdx) == k)).ToArray())
        {
            _foreign.Remove(gone); // what is opened there from now on is not meant
        }

        return Left().Count == 0;
    }

    private void Send(AccountPicture picture, Timestamp at, EffectList effects)
    {
        foreach (var plan in _plans)
        {
            plan.Entries.ForEach(e => _account.Cancel(e, effects));
        }

        foreach (var order in picture.Orders.Where(o => _orders.Contains(Flattening.Id(o)) && !o.ClientOrderId.IsNone))
        {
            if (!order.ReduceOnly && _account.Find(order.ClientOrderId) is null)
            {
                effects.Add(new CancelOrder(_account.Account, order.Symbol, order.ClientOrderId)); // somebody else's entry
            }
        }

        foreach (var plan in _plans)
        {
            _account.Close(plan, plan.Size, ExitReason.Manual, plan.Origin.Tag, at, effects);
            _account.Settle(plan, at, effects);
        }

        foreach (var position in picture.Positions.Where(IsMeant))
        {
            var leg = (position.Symbol.Name, position.PositionIdx);
            _foreign[leg]++;
            effects.Add(new PlaceOrder(_account.Account, Flattening.Request(
                position, new OrderTag(_account.Account, _installation, 0, _account.NextPlanNumber(), OrderRole.Exit, 0, _foreign[leg]))));
        }

        foreach (var order in picture.Orders.Where(o => o.ReduceOnly && _orders.Contains(Flattening.Id(o)) && IsFree(o, picture)))
        {
            effects.Add(new CancelOrder(_account.Account, order.Symbol, order.ClientOrderId));
        }
    }

    /// <summary>A closing order that protects nothing any more: never before its position has gone.</summary>
    private bool IsFree(OrderReport order, AccountPicture picture) => !order.ClientOrderId.IsNone
        && _account.Find(order.ClientOrderId) is null
        && !picture.Positions.Any(p => p.Symbol == order.Symbol && p.PositionIdx == order.PositionIdx);

    private TradePlan[] Holders(OrderAction action) =>
        [.. _account.Plans.Where(p => p.Symbol == action.Symbol && p.PositionIdx == action.Leg && !p.Size.IsZero)];

    /// <summary>A position, or what is left of it, that no plan holds or is about to open.</summary>
    private bool IsMeant(PositionReport position) => _foreign.ContainsKey((position.Symbol.Name, position.PositionIdx))
        && !_account.Plans.Any(p => p.Symbol == position.Symbol && p.PositionIdx == position.PositionIdx
            && (!p.Size.IsZero || p.HasLiveEntry));

    private bool IsForeign(PositionReport position, FlattenScope scope) => scope.Strategy is null && scope.Covers(position.Symbol)
        && !_account.Plans.Any(p => p.Symbol == position.Symbol && p.PositionIdx == position.PositionIdx && !p.Size.IsZero);

    private Func<OrderReport, bool> Meant(FlattenScope scope) => order =>
        _account.Find(order.ClientOrderId) is { } known ? scope.Covers(known.Plan) : scope.Strategy is null && scope.Covers(order.Symbol);

    private IEnumerable<OrderAction> Closes(AccountPicture picture, FlattenScope scope) =>
    [
        .. _account.Plans.Where(p => scope.Covers(p) && !p.Size.IsZero)
            .Select(p => Flattening.Close(p.Symbol, p.PositionIdx, p.Side, p.Size, $"of {p.Strategy}")),
        .. picture.Positions.Where(p => IsForeign(p, scope))
            .Select(p => Flattening.Close(p.Symbol, p.PositionIdx, p.Side, p.Size, "of no plan of this host")),
    ];

    private static OrderAmendment Amendment(DesiredOrder wanted, Symbol symbol) => new()
    {
        Symbol = symbol,
        ClientOrderId = wanted.Id,
        Quantity = wanted.Quantity,
        Price = wanted.Price,
        TriggerPrice = wanted.Trigger?.Price,
    };
}
