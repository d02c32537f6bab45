using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>
/// What must hold when nothing is on its way and no fault is left (reliability.md §2.1 Q): I-01, I-07, I-08, I-09, I-10, I-13, I-24, I-30.
/// </summary>
internal sealed class QuiescentChecks(WorldOptions options, Truth truth, CoverageWatch cover)
{
    public void Check(EngineKernel kernel, Func<AccountId, IReadOnlyList<DiskRecord>> durable)
    {
        foreach (var account in kernel.Accounts)
        {
            Covered(account.Account);
            Orders(account);
            Positions(account);
            Money(account);
            Verdict(account);
            IntentChecks.Check(account, truth);
            if (!cover.TouchedByOthers.Contains(account.Account))
            {
                TradeChecks.Check(account, truth, durable(account.Account));
            }

            if (account.Plans.FirstOrDefault(p => p.HasUnknownOrder) is { } plan)
            {
                throw new InvariantBroken("I-24", $"{account.Account} plan {plan.Number} still has an order of unknown fate");
            }
        }

        Mirror(kernel);
        CloseChecks.Check(kernel, durable);
        MirrorCloseChecks.Check(kernel, durable);
    }

    /// <summary>A position that somebody else has made, and by the policy is left to him; under protect, also one with a stop for a part.</summary>
    private bool IsTheirs(CoverageWatch.Leg leg) =>
        leg.IsForeign && (options.Foreign is ForeignPositions.Ignore or ForeignPositions.Alert || leg.Covered > 0 || truth.Exchange
            .OpenOrders(leg.Account).Any(o => o.Symbol == leg.Symbol && !OrderTag.TryRead(o.ClientOrderId.Value ?? "", out _)));

    private void Covered(AccountId account)
    {
        foreach (var leg in cover.Legs.Where(l => l.Account == account && l.Size != 0))
        {
            if (leg.IsUncovered && !IsTheirs(leg))
            {
                throw new InvariantBroken("I-01", $"{account} {leg.Symbol} {leg.Idx} {new Quantity(leg.Size)} has cover for "
                    + $"{new Quantity(leg.Covered)}");
            }
        }
    }

    private void Orders(AccountKernel account)
    {
        var believed = account.OpenOrders.Select(o => o.OrderLinkId).ToHashSet(StringComparer.Ordinal);
        foreach (var order in truth.Exchange.OpenOrders(account.Account))
        {
            var id = order.ClientOrderId.Value ?? "";
            if (!OrderTag.TryRead(id, out var tag))
            {
                continue;
            }

            if (!believed.Contains(id))
            {
                throw new InvariantBroken("I-07", $"{account.Account} {id} ({tag.Role}, {order.Symbol}) stands and the host does not know it");
            }

            if (tag.Role != OrderRole.Entry && truth.Exchange.Position(account.Account, order.Symbol, order.PositionIdx).Size.IsZero)
            {
                throw new InvariantBroken("I-07", $"{account.Account} {id} stands and there is nothing to close on {order.Symbol}");
            }
        }

        foreach (var id in believed.Where(b => OrderTag.TryRead(b, out _)))
        {
            var told = truth[account.Account].Order(new ClientOrderId(id));
            var isHeld = account.Find(new ClientOrderId(id)) is { IsHeld: true };
            if (!isHeld && (told is null || ((OrderReport)told.Value.Report).Status.IsFinal()))
            {
                throw new InvariantBroken("I-24", $"{account.Account} {id} is believed open and is "
                    + $"{(told?.Report as OrderReport)?.Status.ToString() ?? "unknown to the exchange"}");
            }
        }
    }

    private void Positions(AccountKernel account)
    {
        foreach (var leg in cover.Legs.Where(l => l.Account == account.Account && !l.IsForeign))
        {
            var sum = account.Plans.Where(p => p.Symbol == leg.Symbol && p.PositionIdx == leg.Idx).Sum(p => p.Size.Units * p.Side.Sign());
            if (sum != leg.Size)
            {
                throw new InvariantBroken("I-09", $"{account.Account} {leg.Symbol} {leg.Idx}: the host has {new Quantity(sum)}, "
                    + $"the exchange {new Quantity(leg.Size)}"
                    + (cover.TouchedByOthers.Contains(account.Account) ? ", and somebody else traded there" : ""));
            }
        }
    }

    private void Money(AccountKernel account)
    {
        if (cover.TouchedByOthers.Contains(account.Account))
        {
            return;
        }

        var (books, wallet) = (account.Books, truth.Exchange.WalletBalance(account.Account));
        var fees = truth[account.Account].Executions.Sum(t => t.Report is FillReport f ? f.Fee : 0);
        var funding = truth[account.Account].Executions.Sum(t => t.Report is FundingReport f ? f.Amount : 0);
        var isExact = !cover.ClosedUnknown.Contains(account.Account);
        if (fees != books.Fees || funding != books.Funding || (isExact && Math.Abs(books.Balance - wallet) > 0.000001m))
        {
            throw new InvariantBroken(fees == books.Fees && funding == books.Funding ? "I-10" : "I-08",
                $"{account.Account} books say {books.Balance}, the wallet {wallet} "
                + $"(fees {books.Fees}, exchange {fees}; funding {books.Funding}, realised {books.RealisedPnl})");
        }
    }

    /// <summary>What verify says of the account as the host has it against the account as it is.</summary>
    private void Verdict(AccountKernel account)
    {
        var observed = account.Observed!; // audits are on
        var verdicts = new CoverageVerifier(new OrderClassifier(OrderClassifier.KnownPatterns)).Verify(observed.Positions, observed.Orders);
        foreach (var leg in cover.Legs.Where(l => l.Account == account.Account))
        {
            var said = verdicts.FirstOrDefault(v => v.Position.Symbol == leg.Symbol && v.Position.PositionIdx == leg.Idx);
            var size = said is null ? 0 : said.Position.Size.Units * said.Position.Side.Sign();
            if (size != leg.Size)
            {
                throw new InvariantBroken("I-30", $"{account.Account} {leg.Symbol} {leg.Idx}: verify says {new Quantity(size)}, there is "
                    + $"{new Quantity(leg.Size)}");
            }

            if (said is not null && (said.State == CoverageState.Covered) == leg.IsUncovered)
            {
                throw new InvariantBroken("I-30", $"{account.Account} {leg.Symbol} {leg.Idx}: verify says {said.State}, covered is "
                    + $"{new Quantity(leg.Covered)} of {new Quantity(leg.Size)}");
            }
        }
    }

    private static void Mirror(EngineKernel kernel)
    {
        foreach (var drift in kernel.MirrorView?.Drift ?? [])
        {
            if (drift.Reason == "diverged")
            {
                throw new InvariantBroken("I-13", $"{drift.Standing.Symbol} {drift.Standing.Side}: the mirror is {drift.Drift} off {drift.Target} "
                    + "for no reason");
            }
        }
    }
}
