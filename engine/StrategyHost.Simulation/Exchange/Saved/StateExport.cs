namespace StrategyHost.Simulation.Exchange.Saved;

/// <summary>Reads an exchange's state out of its objects; changes nothing.</summary>
internal static class StateExport
{
    public static ExchangeState Of(Venue venue, Func<ExchangeAccount, bool> isWanted) => new()
    {
        Markets = new SavedMarkets
        {
            Version = ExchangeState.Version,
            Accounts = [.. venue.Accounts.Select(a => a.Id.Name)],
            Markets = [.. venue.Markets.Select(m => m.Save())],
        },
        Accounts = [.. venue.Accounts.Where(isWanted).Select(a => a.Save())],
    };
}
