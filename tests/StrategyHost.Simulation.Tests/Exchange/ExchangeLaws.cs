using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange;
using Xunit;

namespace StrategyHost.Simulation.Tests.Exchange;

/// <summary>What holds in every session, whatever is asked and whatever the market does.</summary>
public sealed class ExchangeLaws
{
    private static readonly Config Sessions = Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(1_000_000);
    private static readonly AccountId[] Both = [AccountId.Main, AccountId.Mirror];

    private static void ForAnySession(Action<RandomSession> law) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => law(new RandomSession(seed))).Check(Sessions);

    [Fact]
    public void Fills_of_an_order_sum_to_its_filled_quantity() => ForAnySession(session =>
    {
        var reports = session.Play().Reports;
        var fills = reports.OfType<FillReport>().GroupBy(f => (f.Account, f.OrderId)).ToDictionary(g => g.Key, g => g.Sum(f => f.Quantity.Units));
        foreach (var order in reports.OfType<OrderReport>().GroupBy(o => (o.Account, o.OrderId)).Select(g => g.Last()))
        {
            Assert.True(order.FilledQuantity <= order.Quantity, order.ToString());
            if (session.Options.Switches.KeepOrderIdOnTrigger)
            {
                Assert.Equal(fills.GetValueOrDefault((order.Account, order.OrderId)), order.FilledQuantity.Units);
            }
        }
    });

    [Fact]
    public void Position_is_the_fold_of_its_fills() => ForAnySession(session =>
    {
        var exchange = session.Play();
        foreach (var account in Both)
        {
            foreach (var idx in Enum.GetValues<PositionIdx>())
            {
                var fills = exchange.Reports.OfType<FillReport>().Where(f => f.Account == account && f.PositionIdx == idx);
                var signed = fills.Sum(f => f.Side == Side.Buy ? f.Quantity.Units : -f.Quantity.Units);
                var position = exchange.Position(account, RandomSession.Coin, idx);
                Assert.Equal(Math.Abs(signed), position.Size.Units);
                Assert.True(signed == 0 || position.Side == (signed > 0 ? PositionSide.Long : PositionSide.Short));
            }
        }
    });

    [Fact]
    public void Wallet_is_start_plus_realised_less_fees_and_funding_exactly() => ForAnySession(session =>
    {
        var exchange = session.Play();
        foreach (var account in Both)
        {
            var fills = exchange.Reports.OfType<FillReport>().Where(f => f.Account == account).ToList();
            var funding = exchange.Reports.OfType<FundingReport>().Where(f => f.Account == account).Sum(f => f.Amount);
            var expected = RandomSession.Start + fills.Sum(f => f.RealisedPnl) - fills.Sum(f => f.Fee) - funding;
            Assert.Equal(expected, exchange.WalletBalance(account));
        }
    });

    [Fact]
    public void Realised_and_unrealised_profit_equal_the_cash_flows_of_the_fills() => ForAnySession(session =>
    {
        var exchange = session.Play();
        foreach (var account in Both)
        {
            var fills = exchange.Reports.OfType<FillReport>().Where(f => f.Account == account).ToList();
            var cash = fills.Sum(f => f.Price.Value * f.Quantity.Value * (f.Side == Side.Buy ? -1 : 1));
            var open = exchange.Positions(account).Sum(p => p.MarkPrice.Value * p.Size.Value * p.Side.Sign());
            var profit = fills.Sum(f => f.RealisedPnl) + exchange.Positions(account).Sum(p => p.UnrealisedPnl);
            Assert.Equal(0m, decimal.Round(cash + open - profit, 6));
        }
    });

    [Fact]
    public void Reduce_only_orders_and_stops_never_open() => ForAnySession(session =>
    {
        var reports = session.Play().Reports;
        var closing = reports.OfType<OrderReport>().Where(o => o.ReduceOnly).Select(o => (o.Account, o.OrderId)).ToHashSet();
        Assert.All(reports.OfType<FillReport>().Where(f => closing.Contains((f.Account, f.OrderId))), f => Assert.Equal(f.Quantity, f.ClosedQuantity));
    });

    [Fact]
    public void Hedge_positions_never_change_side() => ForAnySession(session =>
    {
        var fills = session.Play().Reports.OfType<FillReport>().Where(f => f.PositionIdx != PositionIdx.OneWay);
        Assert.All(fills, f => Assert.Equal(IsClosing(f) ? f.Quantity : Quantity.Zero, f.ClosedQuantity));
    });

    [Fact]
    public void Flat_positions_have_no_stops_and_no_resting_reduce_only_orders() => ForAnySession(session => session.Play((exchange, _) =>
    {
        foreach (var account in Both)
        {
            var open = exchange.Positions(account).Select(p => p.PositionIdx).ToHashSet();
            Assert.DoesNotContain(exchange.OpenOrders(account), o =>
                !open.Contains(o.PositionIdx) && o.ReduceOnly && o.StopOrderType != StopOrderType.Stop && o.Status != OrderStatus.New
                && o.Status != OrderStatus.PartiallyFilled);
            Assert.DoesNotContain(exchange.OpenOrders(account), o => !open.Contains(o.PositionIdx) && o.ReduceOnly && o.Trigger is null);
        }
    }));

    [Fact]
    public void Partial_stops_never_exceed_the_position() => ForAnySession(session => session.Play((exchange, _) =>
    {
        foreach (var account in Both)
        {
            foreach (var position in exchange.Positions(account))
            {
                var rows = exchange.OpenOrders(account).Where(o => o.PositionIdx == position.PositionIdx).ToList();
                Assert.True(Size(rows, StopOrderType.PartialStopLoss) <= position.Size.Units);
                Assert.True(Size(rows, StopOrderType.PartialTakeProfit) <= position.Size.Units);
            }
        }
    }));

    [Fact]
    public void Held_margin_is_the_sum_over_orders_and_positions() => ForAnySession(session => session.Play((exchange, _) =>
    {
        foreach (var account in Both)
        {
            var state = exchange.State(account);
            Assert.Equal(0m, decimal.Round(state.OrderMargin - exchange.OpenOrders(account).Sum(o => o.HeldMargin), 9));
            Assert.Equal(0m, decimal.Round(state.PositionMargin - exchange.Positions(account).Sum(p => p.InitialMargin), 9));
        }
    }));

    [Fact]
    public void Bar_fills_lie_inside_the_candle_but_for_slippage_and_bankruptcy() => ForAnySession(session =>
    {
        var seen = 0;
        session.Play((exchange, step) =>
        {
            var slip = session.Options.SlippageTicks > 0 ? FixedPoint.Scale : 0;
            var fills = exchange.Reports.Skip(seen).OfType<FillReport>().Where(f => f.ExecType == ExecType.Trade);
            seen = exchange.Reports.Count;
            if (session.Model == FillModel.Bar && step.MayBeQuiet)
            {
                Assert.All(fills, f => Assert.InRange(f.Price.Units, step.Low - slip, step.High + slip));
            }
        });
    });

    [Fact]
    public void Bar_stops_and_limits_never_fill_better_than_their_price_allows() => ForAnySession(session =>
    {
        if (session.Model != FillModel.Bar || session.UsesMark)
        {
            return;
        }

        var reports = session.Play().Reports;
        for (var i = 0; i + 1 < reports.Count; i++)
        {
            if (reports[i] is FillReport { ExecType: ExecType.Trade } fill && reports[i + 1] is OrderReport order)
            {
                Assert.True(order.Price is not { } limit || AtLeastAsGood(fill.Side, fill.Price, limit), fill.ToString());
                var isStop = fill.StopOrderType is StopOrderType.StopLoss or StopOrderType.TrailingStop or StopOrderType.PartialStopLoss;
                Assert.True(!isStop || AtLeastAsGood(fill.Side.Opposite(), fill.Price, order.TriggerPrice!.Value), fill.ToString());
            }
        }
    });

    [Fact]
    public void Same_seed_gives_the_same_reports() => ForAnySession(session =>
        Assert.Equal(session.Play().Reports, session.Play().Reports));

    [Fact]
    public void Quiet_events_may_be_left_out() => ForAnySession(session =>
    {
        var (all, some) = (session.Open(), session.Open());
        foreach (var step in session.Actions)
        {
            step.Run(all);
            var window = some.QuietWindow(RandomSession.Coin, includePositionStops: true);
            if (step.MayBeQuiet && window.Holds(step.Low) && window.Holds(step.High) && step.EndMs < window.UntilMs)
            {
                some.SkipQuiet(RandomSession.Coin, step.Last, step.EndMs);
            }
            else
            {
                step.Run(some);
            }

            AssertSame(all, some);
        }
    });

    [Fact]
    public void Quiet_events_may_be_left_out_when_the_caller_tracks_the_stops() => ForAnySession(session =>
    {
        var (all, some) = (session.Open(), session.Open());
        foreach (var step in session.Actions)
        {
            step.Run(all);
            var window = some.QuietWindow(RandomSession.Coin, includePositionStops: false);
            var stops = Both.SelectMany(some.Positions).Where(p => p.StopLoss is not null);
            var passes = stops.Any(p => IsReached(p, step));
            if (step.MayBeQuiet && !passes && window.Holds(step.Low) && window.Holds(step.High))
            {
                some.SkipQuiet(RandomSession.Coin, step.Last, step.EndMs);
            }
            else
            {
                step.Run(some);
            }

            AssertSame(all, some);
        }
    });

    [Fact]
    public void Accounts_do_not_see_one_another() => ForAnySession(session =>
    {
        var together = session.Play().Reports.OfType<FillReport>().Where(f => f.Account == AccountId.Main).Select(Figures);
        var alone = session.Open();
        foreach (var step in session.Actions.Where(s => s.Account != AccountId.Mirror))
        {
            step.Run(alone);
        }

        Assert.Equal(alone.Reports.OfType<FillReport>().Where(f => f.Account == AccountId.Main).Select(Figures), together);
    });

    /// <summary>The laws mean something only if the sessions reach what they speak of.</summary>
    [Fact]
    public void Sessions_reach_every_kind_of_fill_and_refusal()
    {
        var reports = Enumerable.Range(0, 300).SelectMany(seed => new RandomSession(seed).Play().Reports).ToList();
        var kinds = reports.OfType<FillReport>().Select(f => f.StopOrderType).ToHashSet();
        Assert.Superset(Enum.GetValues<StopOrderType>().ToHashSet(), kinds);
        Assert.Contains(reports.OfType<FillReport>(), f => f.IsMaker && f.ClosedQuantity.IsZero);
        Assert.Contains(reports.OfType<FillReport>(), f => !f.ClosedQuantity.IsZero && f.ClosedQuantity < f.Quantity);
        Assert.Contains(reports, r => r is FundingReport);
        var codes = reports.OfType<RefusalReport>().Select(r => r.Code).ToHashSet();
        Assert.Superset(new HashSet<int> { 10001, 110001, 110017, 110092, 110093, 34040 }, codes);
    }

    private static (Timestamp, ClientOrderId, Price, Quantity, decimal, decimal) Figures(FillReport f) =>
        (f.At, f.ClientOrderId, f.Price, f.Quantity, f.Fee, f.RealisedPnl);

    private static bool IsClosing(FillReport f) => f.PositionIdx == PositionIdx.HedgeLong ? f.Side == Side.Sell : f.Side == Side.Buy;

    private static bool IsReached(PositionState position, Step step)
    {
        var stop = position.StopLoss!.Value.Units; // the caller has filtered
        return position.Side == PositionSide.Long ? step.Low <= stop : step.High >= stop;
    }

    private static bool AtLeastAsGood(Side side, Price price, Price limit) => side == Side.Buy ? price <= limit : price >= limit;

    private static long Size(IEnumerable<OpenOrderState> rows, StopOrderType type) =>
        rows.Where(o => o.StopOrderType == type).Sum(o => o.Quantity.Units - o.FilledQuantity.Units);

    private static void AssertSame(SimulatedExchange expected, SimulatedExchange actual)
    {
        Assert.Equal(expected.Reports, actual.Reports);
        foreach (var account in Both)
        {
            Assert.Equal(expected.State(account), actual.State(account));
            Assert.Equal(expected.Positions(account), actual.Positions(account));
            Assert.Equal(expected.OpenOrders(account), actual.OpenOrders(account));
        }

        expected.Reports.Clear();
        actual.Reports.Clear();
    }
}
