using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// What an account holds beside an entry that is about to be made. Closing: the plan that a flip closes, with all of its side. Beside: legs
/// of the same group that were looked at before and are not sent yet. Money in quote currency.
/// </summary>
internal readonly record struct EntryPlace(AccountKernel Account, TradePlan? Closing, IReadOnlyList<EntryTicket> Beside)
{
    /// <summary>Margin that legs of the same group will take.</summary>
    public decimal Reserved => Beside.Sum(t => t.Quantity.Value * t.Reference) / Account.Setup.Leverage;

    /// <summary>Value of positions at mark and of entries; of one symbol where one is named.</summary>
    public decimal Exposure(Symbol? symbol = null)
    {
        var value = 0m;
        foreach (var plan in Account.Plans)
        {
            if (symbol is null || plan.Symbol == symbol)
            {
                value += AccountMoney.Exposure(Account, plan, isClosing: IsClosing(plan));
            }
        }

        foreach (var ticket in Beside)
        {
            value += symbol is null || ticket.Instrument.Symbol == symbol ? ticket.Quantity.Value * ticket.Reference : 0m;
        }

        return value;
    }

    /// <summary>Positions that are open or about to be, and whether an entry on a leg makes one more. Tranches are one position.</summary>
    public (int Open, bool IsOneMore) Positions(Symbol symbol, PositionIdx idx)
    {
        var legs = new HashSet<(string, PositionIdx)>();
        foreach (var plan in Account.Plans)
        {
            if (IsThere(plan))
            {
                legs.Add((plan.Symbol.Name, plan.PositionIdx));
            }
        }

        foreach (var ticket in Beside)
        {
            legs.Add((ticket.Instrument.Symbol.Name, EntryDesk.IdxOf(Account, ticket.Side)));
        }

        return (legs.Count, !legs.Contains((symbol.Name, idx)));
    }

    /// <summary>Positions and entries on a symbol, whoever's; those that share an oco with the entry are one with it.</summary>
    public int EntriesOn(Symbol symbol, string? oco)
    {
        var count = 0;
        foreach (var plan in Account.Plans)
        {
            count += plan.Symbol == symbol && IsThere(plan) && !(plan.Size.IsZero && IsOf(plan, oco)) ? 1 : 0;
        }

        foreach (var ticket in Beside)
        {
            count += ticket.Instrument.Symbol == symbol && (oco is null || ticket.Signal.Oco != oco) ? 1 : 0;
        }

        return count;
    }

    private bool IsThere(TradePlan plan) => (!plan.Size.IsZero || plan.HasLiveEntry || Account.AwaitsPosition(plan)) && !IsClosing(plan);

    private bool IsClosing(TradePlan plan) =>
        Closing is { } closing && plan.Strategy == closing.Strategy && plan.Symbol == closing.Symbol && plan.Side == closing.Side;

    private static bool IsOf(TradePlan plan, string? oco) =>
        oco is not null && plan.Entries.TrueForAll(e => e.Order.IsFinal || (e.Role == OrderRole.Entry && e.Oco == oco));
}
