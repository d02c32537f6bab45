using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// What happens when the exchange refuses a position's stop (reliability §5.4): it is asked for again, once two ticks wider; the third
/// refusal asks for a fresh picture of the account; only a picture that shows the position without any stop closes it: stop orders that
/// cover all of it count, and so does a stop of its own that is filling. A position that has a stop, if a looser one, is never closed for
/// want of a better.
/// </summary>
internal sealed class StopLadder(AccountKernel account)
{

    /// <summary>Two seconds without a stop are the most, and after its clock was set back the engine's time goes at half speed.</summary>
    private const long StepMs = 750;
    private const long PassedMs = 1000;

    /// <summary>Nothing speaks against the stop itself, and the position stands without one: it is asked for again sooner.</summary>
    private const long UnmodifiedMs = 500;
    private const int Steps = 3;
    private const long PatienceMaxMs = 30_000;
    private const int WidenTicks = 2;

    /// <summary>Bybit V5 trading-stop: the stop is what it was (read 2026-07-24).</summary>
    private const int NotModified = 34040;

    private static readonly OrderClassifier Classifier = new(OrderClassifier.KnownPatterns);

    /// <summary>The exchange says that the market has passed the price (Bybit V5 error codes, read 2026-07-24).</summary>
    public static bool IsPassed(RefusalReport refusal) => refusal.Code is 110092 or 110093
        || (refusal.Code == 10001 && refusal.Text.Contains("base_price", StringComparison.Ordinal));

    /// <summary>What to ask for at this point of the ladder: the second time a little less.</summary>
    public static long Asked(TradePlan plan, long wanted) =>
        plan.Leg.Refusals == 1 ? wanted - (plan.Side.Sign() * WidenTicks * plan.Instrument.TickSize.Units) : wanted;

    public void Refused(TradePlan plan, RefusalReport refusal, EffectList effects)
    {
        var (leg, at) = (plan.Leg, refusal.At);
        if (refusal.Code == NotModified && !LacksStop(plan))
        {
            Unmodified(plan, at, effects);
            return;
        }

        leg.FullStop = 0;
        if (IsPassed(refusal))
        {
            leg.RetryAt = at.AddMs(PassedMs); // where the close fails, too, the stop is asked for again
            Close(leg, p => AccountRecords.StopReason(p.Stop.Source), at, effects);
            return;
        }

        leg.Refusals++;
        var isCovered = leg.ShownStop != 0;
        effects.Add(new Alert(account.Account, at, "stop_refused",
            $"{plan.Symbol}: {refusal.Code} {refusal.Text}; "
            + (isCovered ? $"its stop stays at {new Price(leg.ShownStop)}" : $"it has NO stop, attempt {leg.Refusals}")));
        leg.RetryAt = at.AddMs(isCovered ? Math.Min(PatienceMaxMs, 1000L << Math.Min(leg.Refusals, 5))
            : refusal.Code == NotModified ? UnmodifiedMs : StepMs);
        if (isCovered || leg.Refusals < Steps)
        {
            return;
        }

        if (account.Audit is { } audit)
        {
            leg.AwaitsPicture = true;
            audit.AskAnew(at, effects);
        }
        else
        {
            Close(leg, _ => ExitReason.Emergency, at, effects); // a backtest's picture is always fresh
        }
    }

    /// <summary>
    /// It says "not modified": believed where the position is shown with that stop, else a picture decides. What waits for it to stand
    /// goes on waiting, since it may be taken back because of it.
    /// </summary>
    private void Unmodified(TradePlan plan, Timestamp at, EffectList effects)
    {
        if (account.Observed is { } observed && (observed.Position(plan.Symbol, plan.PositionIdx) is not { } shown
            || shown.Side != plan.Side || shown.StopLoss?.Units != plan.Leg.FullStop))
        {
            account.Audit?.Ask(at, effects);
            return;
        }

        Stands(plan.Leg, plan.Leg.FullStop);
    }

    /// <summary>It says "not modified" of a position that it showed without a stop (reliability E18): what it shows counts.</summary>
    private bool LacksStop(TradePlan plan) =>
        account.Observed?.Position(plan.Symbol, plan.PositionIdx) is { StopLoss: null } shown && shown.Side == plan.Side;

    /// <summary>The exchange shows a stop.</summary>
    public static void Stands(PositionLeg leg, long stop)
    {
        leg.ShownStop = stop;
        if (stop != 0)
        {
            (leg.Refusals, leg.AwaitsPicture) = (0, false);
        }
    }

    /// <summary>A fresh picture of the account: what is without a stop in it, after three refusals, is closed.</summary>
    public void Conclude(AccountShown shown, EffectList effects)
    {
        foreach (var position in shown.Positions)
        {
            var leg = account.LegOf(position.Symbol, position.PositionIdx);
            if (!leg.AwaitsPicture || position.Size.IsZero)
            {
                continue;
            }

            leg.AwaitsPicture = false;
            if (position.StopLoss is { } stop)
            {
                Stands(leg, stop.Units);
            }
            else if (!IsCovered(position, shown))
            {
                effects.Add(new Alert(account.Account, shown.At, "closing_uncovered",
                    $"{position.Symbol}: no stop could be placed and the exchange shows none: the position is closed"));
                Close(leg, _ => ExitReason.Emergency, shown.At, effects);
            }
        }
    }

    /// <summary>Closing orders that are not on their way out cover all of it.</summary>
    private bool IsCovered(PositionReport position, AccountShown shown)
    {
        var closing = shown.Orders.Where(o => o.Side == position.Side.ClosingSide()
            && (o.ReduceOnly || o.StopOrderType is StopOrderType.StopLoss or StopOrderType.PartialStopLoss or StopOrderType.TrailingStop)
            && account.Find(o.ClientOrderId) is not { Order.IsCancelling: true });
        return new CoverageVerifier(Classifier).Verify([position], [.. closing])[0].State == CoverageState.Covered;
    }

    private void Close(PositionLeg leg, Func<TradePlan, ExitReason> reason, Timestamp at, EffectList effects)
    {
        foreach (var plan in account.Plans)
        {
            if (plan.Leg == leg && !plan.Size.IsZero)
            {
                account.Emergency(plan, reason(plan), at, effects);
            }
        }
    }
}
