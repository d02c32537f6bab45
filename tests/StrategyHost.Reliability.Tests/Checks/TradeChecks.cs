using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>
/// What the tables count of an account's closed trades (those that a save of their own life stands behind) is all that the exchange closed,
/// each once, whatever crashes cut off: a part of I-08.
/// </summary>
internal static class TradeChecks
{
    public static void Check(AccountKernel account, Truth truth, IReadOnlyList<DiskRecord> durable)
    {
        var counted = Counted(durable).GroupBy(t => t.Trade.Symbol).ToDictionary(g => g.Key, g => g.Sum(t => t.Trade.Quantity.Units));
        var underWay = account.Parts.Known.Where(o => !o.IsRecorded && o.Role != OrderRole.Entry).SelectMany(o => o.Others.Append(o))
            .GroupBy(o => o.Plan.Symbol).ToDictionary(g => g.Key, g => g.Sum(o => o.ClosedSoFar?.Quantity.Units ?? 0));
        foreach (var executed in truth[account.Account].Executions.Select(t => t.Report).OfType<FillReport>().GroupBy(f => f.Symbol))
        {
            var open = truth.Exchange.Positions(account.Account).Where(p => p.Symbol == executed.Key).Sum(p => p.Size.Units);
            var closed = (executed.Sum(f => f.Quantity.Units) - open) / 2; // what was opened is closed, or open
            var told = counted.GetValueOrDefault(executed.Key) + underWay.GetValueOrDefault(executed.Key);
            if (closed != told)
            {
                throw new InvariantBroken("I-08", $"{account.Account} {executed.Key}: {new Quantity(closed)} was closed, the trades come to "
                    + $"{new Quantity(told)}");
            }
        }
    }

    /// <summary>As the tables do it: what a crash cut off from its save is told again.</summary>
    private static List<TradeClosed> Counted(IReadOnlyList<DiskRecord> durable)
    {
        var (counted, waiting) = (new List<TradeClosed>(), new List<TradeClosed>());
        foreach (var (_, what) in durable)
        {
            switch (what)
            {
                case TradeClosed trade:
                    waiting.Add(trade);
                    break;
                case AccountSaved:
                    counted.AddRange(waiting);
                    waiting.Clear();
                    break;
                case Lives:
                    waiting.Clear();
                    break;
            }
        }

        return counted;
    }
}
