using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Positions of one account that no plan of this run has opened, and what becomes of them (contracts §3, <c>foreignPositions</c>).
/// 1. None is ever closed or reduced. 2. Something is done about one only after the whole account was read. 3. While one is there,
/// entries on its symbol are refused.
/// </summary>
internal sealed class ForeignDesk(AccountKernel account, EngineOptions options)
{
    /// <summary>A stop that was asked for is asked for again after so long, if it still is not there.</summary>
    private const long AgainMs = 30_000;
    private readonly SortedDictionary<(string Symbol, PositionIdx Leg), PositionReport> _found = [];
    private readonly Dictionary<(string Symbol, PositionIdx Leg), Timestamp> _asked = [];
    private readonly Dictionary<(string Symbol, PositionIdx Leg), (PositionReport Seen, Timestamp Since)> _odd = [];
    private readonly OrderClassifier _classifier = new(options.OrderIds);

    /// <summary>One is to be adopted and waits for a price of its symbol.</summary>
    public bool IsWaiting { get; private set; }

    public bool Has(Symbol symbol)
    {
        foreach (var (name, _) in _found.Keys)
        {
            if (name == symbol.Name)
            {
                return true;
            }
        }

        return false;
    }

    public bool Has(Symbol symbol, PositionIdx leg) => _found.ContainsKey((symbol.Name, leg));

    /// <summary>A found position is gone when the exchange says that it is flat.</summary>
    public void Forget(IReadOnlyList<ExchangeReport> reports)
    {
        for (var i = 0; _found.Count > 0 && i < reports.Count; i++)
        {
            if (reports[i] is PositionReport { Size.IsZero: true } flat && flat.Account == account.Account)
            {
                Forget((flat.Symbol.Name, flat.PositionIdx));
            }
        }
    }

    /// <summary>
    /// A position that appears while no plan is on its symbol (an entry of an earlier run that filled meanwhile, a trade by hand) is found
    /// as well. Called after the account took the reports.
    /// </summary>
    public void Look(IReadOnlyList<ExchangeReport> reports, EffectList effects)
    {
        for (var i = 0; i < reports.Count; i++)
        {
            if (reports[i] is PositionReport { Size.IsZero: false } shown && shown.Account == account.Account && IsForeign(shown)
                && !reports.Skip(i + 1).Any(r => r is FillReport f && f.Symbol == shown.Symbol) // else it may be gone again
                && Found(shown, shown.At, effects))
            {
                account.Audit?.Ask(shown.At, effects);
            }
        }
    }

    /// <summary>Takes the whole account: finds, forgets, and does what the policy says. Called after the plans took it.</summary>
    public void Take(AccountShown shown, EffectList effects)
    {
        var waits = false;
        var here = shown.Positions.Where(p => !p.Size.IsZero && (IsForeign(p) || IsUnexplained(p, shown.At, ref waits)))
            .ToDictionary(p => (p.Symbol.Name, p.PositionIdx));
        foreach (var gone in _found.Keys.Where(k => !here.ContainsKey(k)).ToArray())
        {
            Forget(gone);
        }

        IsWaiting = waits;
        foreach (var position in shown.Positions.Where(p => here.ContainsKey((p.Symbol.Name, p.PositionIdx))))
        {
            Found(position, shown.At, effects);
            OrderReport[] orders = [.. shown.Orders.Where(o => o.Symbol == position.Symbol)];
            if (options.ForeignPositions == ForeignPositions.Adopt && Adopt(position, orders, shown.At, effects))
            {
                Forget((position.Symbol.Name, position.PositionIdx));
            }
            else if (options.ForeignPositions is ForeignPositions.Protect or ForeignPositions.Adopt)
            {
                Protect(position, orders, shown.At, effects);
            }
        }
    }

    private bool IsForeign(PositionReport shown) =>
        !account.Plans.Any(p => p.Symbol == shown.Symbol && p.PositionIdx == shown.PositionIdx);

    /// <summary>
    /// A position beside plans that only wait to enter. It may be their own, and its executions not told yet: it is somebody else's when
    /// pictures an audit apart show it the same, and nothing of the plans is under way.
    /// </summary>
    private bool IsUnexplained(PositionReport shown, Timestamp at, ref bool waits)
    {
        var leg = (shown.Symbol.Name, shown.PositionIdx);
        if (account.Plans.Any(p => p.Symbol == shown.Symbol && p.PositionIdx == shown.PositionIdx && (!p.Size.IsZero || IsUnderWay(p))))
        {
            _odd.Remove(leg);
            return false;
        }

        if (_odd.TryGetValue(leg, out var before) && before.Seen.Size == shown.Size && before.Seen.Side == shown.Side)
        {
            var isSure = at.Ms - before.Since.Ms >= options.AuditMs;
            waits |= !isSure;
            return isSure;
        }

        _odd[leg] = (shown, at);
        waits = true;
        return false;
    }

    private static bool IsUnderWay(TradePlan plan) => plan.HasUnknownOrder || plan.Entries.Exists(e => e.Order.IsBehind
        || (!e.Order.IsFinal && (e.Order.Status == OrderStatus.Pending || e.Order.Request is { Type: OrderType.Market, Trigger: null })));

    private void Forget((string, PositionIdx) leg)
    {
        _odd.Remove(leg);
        _found.Remove(leg);
        _asked.Remove(leg);
    }

    /// <summary>Takes a position over; true when it is news.</summary>
    private bool Found(PositionReport position, Timestamp at, EffectList effects)
    {
        var isNew = _found.TryAdd((position.Symbol.Name, position.PositionIdx), position);
        if (isNew && options.ForeignPositions != ForeignPositions.Ignore)
        {
            var stop = position.StopLoss is { } price ? $"its stop is {price}" : "it has no stop of its own";
            Say("position_found", $"{Name(position)} belongs to no plan of this run; {stop}; entries there are refused", at, effects);
        }

        _found[(position.Symbol.Name, position.PositionIdx)] = position;
        return isNew;
    }

    private bool Adopt(PositionReport position, OrderReport[] orders, Timestamp at, EffectList effects)
    {
        var index = options.Strategies.ToList().FindIndex(s => s.Symbols.Contains(position.Symbol) && Trades(s));
        if (index < 0)
        {
            return false;
        }

        if (account.Market[position.Symbol].Last == 0)
        {
            IsWaiting = true; // whether its stop is passed already cannot be said
            return false;
        }

        var strategy = options.Strategies[index];
        var spec = strategy.Settings.Protection;
        spec = options.SymbolProtection.TryGetValue(position.Symbol, out var symbol) ? spec.Or(symbol) : spec;
        var percent = new Level(LevelKind.Percent, FallbackStop.DefaultPercent);
        var plan = PlanAdoption.Make(account, new Adoption
        {
            Position = position,
            Orders = orders,
            Strategy = strategy,
            StrategyIndex = index,
            Spec = spec.Stop.Value is null && position.StopLoss is null ? spec with { Stop = Said<Level>.Of(percent) } : spec,
            Origin = new PlanOrigin("", strategy.ScriptSha256, "adopted", "", "adopted by foreignPositions", at),
        }, _classifier, at);
        account.Settle(plan, at, effects);
        var targets = plan.TargetOrders.Count(t => t is not null);
        Say("position_adopted",
            $"{Name(position)} is a plan of {strategy.Strategy} now: stop {new Price(plan.Stop.Stop)}, {targets} targets", at, effects);
        return true;
    }

    private bool Trades(StrategySetup strategy) => strategy.Settings.Accounts switch
    {
        AccountScope.Both => true,
        AccountScope.Main => account.Account == AccountId.Main,
        AccountScope.Mirror => account.Account == AccountId.Mirror,
    };

    private void Protect(PositionReport position, OrderReport[] orders, Timestamp at, EffectList effects)
    {
        var leg = (position.Symbol.Name, position.PositionIdx);
        var coverage = new CoverageVerifier(_classifier).Verify([position], orders)[0];
        if (coverage.State != CoverageState.Uncovered || (_asked.TryGetValue(leg, out var asked) && at.Ms - asked.Ms < AgainMs))
        {
            return; // a stop that is there, also one for a part or one in doubt, is its owner's business
        }

        _asked[leg] = at;
        if (!account.Market.Knows(position.Symbol))
        {
            Say("position_unprotected", $"{Name(position)} has no stop and its instrument is not known to this run; set one", at, effects);
            return;
        }

        var market = account.Market[position.Symbol];
        var percent = FallbackStop.PercentOf(options.SymbolProtection.GetValueOrDefault(position.Symbol));
        var stop = FallbackStop.Of(position, percent, market.Instrument, market.Last);
        effects.Add(new SetTradingStop(account.Account, new TradingStop
        {
            Symbol = position.Symbol,
            PositionIdx = position.PositionIdx,
            StopLoss = stop,
        }));
        Say("position_protected", $"{Name(position)} had no stop: it gets one at {stop}", at, effects);
    }

    private static string Name(PositionReport p) => $"{p.Side.Text()} {p.Size} {p.Symbol}";

    private void Say(string code, string text, Timestamp at, EffectList effects) =>
        effects.Add(new Alert(account.Account, at, code, text));
}
