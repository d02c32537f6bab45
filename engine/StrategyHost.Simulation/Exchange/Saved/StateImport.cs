using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange.Saved;

/// <summary>Builds an exchange's objects from a state that <see cref="StateCheck"/> found whole.</summary>
internal static class StateImport
{
    public static IReadOnlyList<Error> Take(Venue venue, ExchangeState state)
    {
        if (venue.Accounts.Count > 0)
        {
            throw new InvalidOperationException("the exchange has accounts; a state is restored before the first one is added");
        }

        var errors = StateCheck.Of(venue, state);
        if (errors.Count > 0)
        {
            return errors;
        }

        foreach (var saved in state.Markets.Markets)
        {
            venue.FindMarket(new Symbol(saved.Symbol))?.Restore(saved);
        }

        foreach (var saved in state.Accounts)
        {
            Open(venue, saved);
        }

        return [];
    }

    private static void Open(Venue venue, SavedAccount saved)
    {
        var account = venue.Add(new AccountOptions
        {
            Account = new AccountId(saved.Account),
            Balance = saved.Balance,
            PositionMode = saved.PositionMode,
            MarginMode = saved.MarginMode,
            Leverage = saved.Leverage,
        });
        (account.OrderMargin, account.PositionMargin) = (saved.OrderMargin, saved.PositionMargin);
        (account.Executions, account.OrdersMade) = (saved.Executions, saved.OrdersMade);
        account.LinkIds.Restore(saved.LinkIdsFirst, saved.LinkIds);
        foreach (var desk in saved.Desks)
        {
            // Without its instrument a desk is idle: that is checked.
            if (venue.FindMarket(new Symbol(desk.Symbol)) is { } market)
            {
                Fill(venue.Open(account, market), desk);
            }
        }
    }

    private static void Fill(Desk desk, SavedDesk saved)
    {
        (desk.PositionMode, desk.Leverage) = (saved.PositionMode, saved.Leverage);
        (desk.RangePrice, desk.IsRangePaused, desk.RangeNumber) = (saved.RangePrice, saved.IsRangePaused, saved.RangeNumber);
        foreach (var position in saved.Positions)
        {
            desk.Position(position.Idx).Restore(position);
        }

        SavedOrders.Restore(desk, saved.Orders);
    }
}
