using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Ports;

namespace StrategyHost.Host.Live;

/// <summary>
/// Symbols on which something is open and which no strategy trades any more (a reload dropped them, a file was edited between two runs) or
/// ever did. 1. Their instruments are known, so that a missing stop can be set. 2. Their market is followed: without a price trails stand
/// still, and neither the equity nor a loss limit could be judged. Nothing is set up for them, as nothing is entered there.
/// </summary>
internal sealed class OpenSymbols(IVenue venue, ILogger log)
{
    /// <summary>Levels that are always followed: simulated fills are taken from them, whatever strategies ask for.</summary>
    public const int BookDepthMin = 50;

    /// <summary>What is followed of symbols that are known and not traded.</summary>
    public static IEnumerable<MarketSubscription> Subscriptions(IEnumerable<Instrument> known, IReadOnlyCollection<Symbol> traded) =>
        known.Select(i => i.Symbol).Except(traded).Select(symbol => new MarketSubscription(symbol)
        {
            Trades = true,
            Ticker = true,
            BookDepth = BookDepthMin,
        });

    /// <summary>
    /// A strategy names a symbol on which another one still has a plan from a run before: the run starts, for the plan needs it, and the
    /// newcomer enters nothing there until the plan has ended.
    /// </summary>
    public static void SayHolders(EngineOptions options, EngineKernel kernel, ILogger log)
    {
        foreach (var setup in options.KeepsSymbolsApart ? options.Strategies : [])
        {
            foreach (var plan in setup.Symbols.SelectMany(s => kernel.Accounts.SelectMany(a => SymbolHolders.Of(a, s, setup.Strategy))))
            {
                log.Warning("{Strategy} enters nothing on {Symbol} for now: {Why}", setup.Strategy.Name, plan.Symbol.Name,
                    SymbolHolders.Text(plan));
            }
        }
    }

    /// <summary>Of positions and orders at the exchange, and of plans of the runs before. One that is not found is said.</summary>
    public async Task<IReadOnlyList<Instrument>> InstrumentsAsync(
        IReadOnlyCollection<Symbol> traded, IReadOnlyList<AccountSnapshot> accounts, SavedEngine saved, CancellationToken cancellation)
    {
        var shown = accounts.SelectMany(
            a => a.Positions.Where(p => !p.Size.IsZero).Select(p => p.Symbol).Concat(a.OpenOrders.Select(o => o.Symbol)));
        var planned = saved.Plans.Where(p => !p.IsFinished).Select(p => p.Symbol);
        var instruments = new List<Instrument>();
        foreach (var symbol in shown.Concat(planned).Distinct().Except(traded))
        {
            var found = await venue.InstrumentsAsync([symbol], cancellation); // one by one: a contract that has ended spoils no other
            instruments.AddRange(found.IsOk ? found.Value : []);
            if (!found.IsOk)
            {
                log.Error("what is open on {Symbol} cannot be managed: {Problem}", symbol.Name, found.Errors[0].Message);
            }
        }

        return instruments;
    }
}
