using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Bybit.Rest;
using StrategyHost.Core.Domain;
using Xunit;

namespace StrategyHost.Bybit.Tests.Rest;

public sealed class RequestBudgetTests
{
    private const string Create = "/v5/order/create";
    private const string Time = "/v5/market/time";

    [Fact]
    public void No_rolling_second_grants_more_than_the_quota() => Prop.ForAll(
        Gen.Choose(0, 400).Two().Select(t => (GapMs: t.Item1, Cost: 1 + (t.Item2 % 4))).ListOf(60).ToArbitrary(),
        requests =>
        {
            var budget = new RequestBudget(RequestLimits.Default);
            var granted = new List<long>();
            var now = 1_000_000L;
            foreach (var (gapMs, cost) in requests)
            {
                now += gapMs;
                if (budget.TryTake(Of(Create, RequestPriority.Protective, cost), new Timestamp(now)).IsGranted)
                {
                    granted.AddRange(Enumerable.Repeat(now, cost));
                }
            }

            return granted.All(start => granted.Count(g => g >= start && g < start + 1000) <= 10);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_refused_request_is_granted_at_the_moment_that_was_named() => Prop.ForAll(
        Gen.Choose(0, 300).ListOf(40).ToArbitrary(),
        gaps =>
        {
            var budget = new RequestBudget(RequestLimits.Default);
            var now = 0L;
            foreach (var gap in gaps)
            {
                now += gap;
                var answer = budget.TryTake(Of(Create, RequestPriority.Trading), new Timestamp(now));
                if (!answer.IsGranted)
                {
                    now = answer.ReadyAt.Ms;
                    if (!budget.TryTake(Of(Create, RequestPriority.Trading), answer.ReadyAt).IsGranted)
                    {
                        return false;
                    }
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Protective_requests_find_tokens_that_entries_and_reads_may_not_take()
    {
        var budget = new RequestBudget(RequestLimits.Default);

        Assert.Equal(6, Granted(budget, Of(Create, RequestPriority.Read)));
        Assert.Equal(2, Granted(budget, Of(Create, RequestPriority.Trading)));
        Assert.Equal(2, Granted(budget, Of(Create, RequestPriority.Protective)));
    }

    [Fact]
    public void Accounts_have_separate_quotas()
    {
        var budget = new RequestBudget(RequestLimits.Default);
        Granted(budget, Of(Create, RequestPriority.Protective));

        var mirror = Of(Create, RequestPriority.Protective) with { Account = AccountId.Mirror };
        Assert.Equal(10, Granted(budget, mirror));
    }

    [Fact]
    public void Accounts_share_the_address_limit()
    {
        var budget = new RequestBudget(RequestLimits.Default with { AddressRequests = 10 });

        Assert.Equal(10, Granted(budget, Of(Time, RequestPriority.Protective)));
        Assert.Equal(0, Granted(budget, Of(Time, RequestPriority.Protective) with { Account = AccountId.Mirror }));
    }

    [Fact]
    public void A_refused_request_takes_nothing()
    {
        var budget = new RequestBudget(RequestLimits.Default);
        budget.TryTake(Of(Create, RequestPriority.Protective, 7), default);

        Assert.False(budget.TryTake(Of(Create, RequestPriority.Protective, 4), default).IsGranted);
        Assert.True(budget.TryTake(Of(Create, RequestPriority.Protective, 3), default).IsGranted);
    }

    [Fact]
    public void Headers_take_tokens_away_until_the_reset()
    {
        var budget = new RequestBudget(RequestLimits.Default);
        var request = Of(Create, RequestPriority.Protective);
        budget.Observe(request, new LimitHeaders(1, new Timestamp(400)), default);

        Assert.Equal(1, Granted(budget, request));
        Assert.Equal(9, Granted(budget, request, new Timestamp(400)));
    }

    [Fact]
    public void Exhausted_endpoint_rests_a_window_when_the_reply_names_no_reset()
    {
        var budget = new RequestBudget(RequestLimits.Default);
        var request = Of(Create, RequestPriority.Protective);
        budget.Exhausted(request, null, new Timestamp(100));

        Assert.Equal(new BudgetAnswer(false, new Timestamp(1150)), budget.TryTake(request, new Timestamp(100)));
        Assert.True(budget.TryTake(request, new Timestamp(1150)).IsGranted);
    }

    [Fact]
    public void Ban_silences_every_account_for_ten_minutes()
    {
        var budget = new RequestBudget(RequestLimits.Default);
        budget.Banned(new Timestamp(5));

        var answer = budget.TryTake(Of(Time, RequestPriority.Protective) with { Account = AccountId.Mirror }, new Timestamp(6));
        Assert.Equal(new BudgetAnswer(false, new Timestamp(600_005)), answer);
    }

    [Fact]
    public void A_clock_that_goes_back_gives_no_token_twice()
    {
        var budget = new RequestBudget(RequestLimits.Default);
        var request = Of(Create, RequestPriority.Protective);

        Assert.Equal(10, Granted(budget, request, new Timestamp(10_000)));
        Assert.Equal(0, Granted(budget, request, new Timestamp(0)));
    }

    private static BudgetRequest Of(string endpoint, RequestPriority priority, int cost = 1) =>
        new(AccountId.Main, endpoint, priority, cost);

    private static int Granted(RequestBudget budget, BudgetRequest request, Timestamp at = default)
    {
        var count = 0;
        while (budget.TryTake(request, at).IsGranted)
        {
            count++;
        }

        return count;
    }
}
