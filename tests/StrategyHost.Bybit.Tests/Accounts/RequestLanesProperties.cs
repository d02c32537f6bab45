using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Bybit.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using Xunit;

namespace StrategyHost.Bybit.Tests.Accounts;

/// <summary>Laws of <see cref="RequestLanes"/>, whatever is given, answered, held and returned in whatever order.</summary>
public sealed class RequestLanesProperties
{
    [Fact]
    public void Parcels_hold_one_way_and_no_more_rows_than_allowed_and_stops_go_alone() => ForAll(run => run.Parcels.All(p =>
        p.Rows.Count is > 0 and <= LaneRun.RowsMax
        && p.Rows.All(r => r.Way == p.Way)
        && (p.Rows.Count == 1 || p.Rows.All(r => r.Effect is not SetTradingStop && !r.IsSingle))));

    [Fact]
    public void Protective_parcels_leave_before_entries() => ForAll(run => run.Rounds.All(r =>
        r.SkipWhile(l => l == RequestLane.Protective).All(l => l == RequestLane.Exposure)));

    [Fact]
    public void Everything_leaves_in_the_end() => ForAll(run => run.Left == 0);

    [Fact]
    public void Requests_on_one_order_leave_in_the_order_given() => ForAll(run => run.Sent.GroupBy(s => s.Order).Where(g => !g.Key.IsNone)
        .All(g => IsSubsequence([.. g.Select(s => s.Effect.GetType())], [.. About(run, g.Key).Select(e => e.GetType())])));

    [Fact]
    public void One_order_is_in_one_parcel_only_once() =>
        ForAll(run => run.Parcels.All(p => p.Rows.Select(r => RequestWays.OrderOf(r.Effect)).Where(o => !o.IsNone).GroupBy(o => o).All(g => g.Count() == 1)));

    [Fact]
    public void Requests_of_a_lane_on_a_symbol_leave_in_the_order_given_unless_urgent_or_in_doubt() => ForAll(
        run => run.Sent.Where(s => !s.Way.IsUrgent() && !HasChangedLane(s)).GroupBy(s => (s.Way.Lane(), s.Symbol)).All(IsAscending),
        hasReturns: false, hasDoubts: false);

    [Fact]
    public void Entries_stay_behind_protective_requests_that_were_given_before() => ForAll(
        run => run.Sent.Select((s, i) => (s, i)).Where(x => x.s.Way.Lane() == RequestLane.Exposure).All(x =>
            run.Sent.Skip(x.i).All(later => later.Way.Lane() == RequestLane.Exposure || later.Symbol != x.s.Symbol || later.Number > x.s.Number
                || HasChangedLane(later))),
        hasReturns: false, hasDoubts: false);

    [Fact]
    public void New_order_leaves_once_or_was_cancelled_by_its_owner() => ForAll(run => run.Given.OfType<PlaceOrder>().All(given =>
    {
        var id = given.Request.ClientOrderId;
        var sent = run.Sent.Count(s => s.Effect is PlaceOrder && s.Order == id);
        var withdrawn = run.Unsent.Count(u => u.Order.Request.ClientOrderId == id);
        return sent + withdrawn == 1 && (withdrawn == 0 || run.Given.Any(g => g is CancelOrder c && c.Id == id));
    }));

    [Fact]
    public void Cancel_leaves_unless_its_order_never_did() => ForAll(run => run.Given.OfType<CancelOrder>().All(given =>
        run.Unsent.Any(u => u.Order.Request.ClientOrderId == given.Id) || run.Sent.Any(s => s.Effect is CancelOrder c && c.Id == given.Id)));

    [Fact]
    public void Last_wish_of_a_stop_is_the_last_that_leaves() => ForAll(run => run.Given.OfType<SetTradingStop>().GroupBy(s => s.Wanted.Symbol).All(g =>
        run.Sent.Last(s => s.Effect is SetTradingStop stop && stop.Wanted.Symbol == g.Key).Effect is SetTradingStop last
        && last.Wanted.StopLoss == g.Last().Wanted.StopLoss));

    [Fact]
    public void Orders_that_were_not_cancelled_are_as_they_were_last_wished() => ForAll(run => run.Given.OfType<PlaceOrder>()
        .Select(p => p.Request.ClientOrderId)
        .Where(id => !run.Given.Any(g => g is CancelOrder c && c.Id == id))
        .All(id => Fold(About(run, id)) == Fold(run.Sent.Where(s => s.Order == id).Select(s => s.Effect))));

    [Fact]
    public void Attached_stop_of_a_sent_order_is_as_it_was_last_wished_though_it_is_cancelled_afterwards() => ForAll(run => run.Given.OfType<PlaceOrder>()
        .Select(p => p.Request.ClientOrderId)
        .Where(id => run.Sent.Any(s => s.Effect is PlaceOrder && s.Order == id))
        .All(id => Fold(About(run, id).TakeWhile(e => e is not CancelOrder)).Stop is not { } stop
            || run.Sent.Where(s => s.Order == id).Any(s => StopOf(s.Effect) is { } sent && sent.Units >= stop.Units)));

    private static void ForAll(Func<LaneRun, bool> law, bool hasReturns = true, bool hasDoubts = true) => Prop.ForAll(
        Gen.Choose(0, 16 * 30).ListOf(60).ToArbitrary(),
        steps =>
        {
            var run = new LaneRun(steps, hasReturns, hasDoubts);
            return law(run).Label(run.ToString());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static IEnumerable<AccountEffect> About(LaneRun run, ClientOrderId id) => run.Given.Where(g => RequestWays.OrderOf(g) == id);

    private static bool IsSubsequence(Type[] some, Type[] all)
    {
        var at = 0;
        return some.All(s => (at = Array.IndexOf(all, s, at) + 1) > 0);
    }

    // An entry's amendment becomes protective when a stop joins it; its place is then older than its lane.
    private static bool HasChangedLane(QueuedRequest request) => request.Effect is AmendOrder { Amendment.StopLoss: not null };

    private static bool IsAscending(IEnumerable<QueuedRequest> requests) => requests.Zip(requests.Skip(1)).All(p => p.First.Number < p.Second.Number);

    private static (Price? Price, Quantity? Quantity, Price? Stop) Fold(IEnumerable<AccountEffect> effects)
    {
        (Price? Price, Quantity? Quantity, Price? Stop) state = default;
        foreach (var effect in effects)
        {
            state = effect switch
            {
                PlaceOrder { Request: var r } => (r.Price, r.Quantity, r.Protection?.StopLoss),
                AmendOrder { Amendment: var a } => (a.Price ?? state.Price, a.Quantity ?? state.Quantity, a.StopLoss ?? state.Stop),
                _ => state,
            };
        }

        return state;
    }

    private static Price? StopOf(AccountEffect effect) => effect switch
    {
        PlaceOrder { Request: var r } => r.Protection?.StopLoss,
        AmendOrder { Amendment: var a } => a.StopLoss,
        _ => null,
    };
}
