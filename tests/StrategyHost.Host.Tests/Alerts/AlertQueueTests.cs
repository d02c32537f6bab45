using StrategyHost.Core.Domain;
using StrategyHost.Host.Alerts;

namespace StrategyHost.Host.Tests.Alerts;

/// <summary>What waits for a way out: repeats become counts, money at risk goes first and is not lost silently, rates hold.</summary>
public sealed class AlertQueueTests
{
    private const long RepeatMs = 300_000;

    private static AlertNotice Notice(string code, bool atRisk = false, string account = "main", string symbol = "BTCUSDT") =>
        new(account, code, $"{code} happened", new Timestamp(0)) { Symbol = symbol, AtRisk = atRisk };

    private static void Sends(AlertQueue queue, AlertNotice notice, long ms)
    {
        queue.Add(notice, ms);
        Assert.Equal(notice, queue.Take(ms, false, out _)?.Newest);
    }

    private static AlertQueue Queue(int max = 10, int perMinute = 1000) => new(new AlertLimits(max, perMinute, RepeatMs));

    [Fact]
    public void Same_code_account_and_symbol_within_the_repeat_time_are_one_message_with_a_count()
    {
        var queue = Queue();
        queue.Add(Notice("a"), 0);
        Assert.Equal(1, queue.Take(0, false, out _)!.Count);
        for (var ms = 1; ms <= 5; ms++)
        {
            queue.Add(Notice("a"), ms);
        }

        Assert.Null(queue.Take(RepeatMs - 1, false, out var wait));
        Assert.Equal(1, wait);
        var second = queue.Take(RepeatMs, false, out _)!;
        Assert.Equal(5, second.Count);
        Assert.Contains("5 times", second.Text, StringComparison.Ordinal);
        Assert.Null(queue.Take(RepeatMs, false, out wait));
        Assert.Null(wait);
    }

    [Theory]
    [InlineData("b", "main", "BTCUSDT")]
    [InlineData("a", "mirror", "BTCUSDT")]
    [InlineData("a", "main", "ETHUSDT")]
    public void Another_code_account_or_symbol_is_another_message(string code, string account, string symbol)
    {
        var queue = Queue();
        queue.Add(Notice("a"), 0);
        Assert.NotNull(queue.Take(0, false, out _));
        queue.Add(Notice(code, account: account, symbol: symbol), 1);
        Assert.Equal(account, queue.Take(1, false, out _)!.Newest.Account);
    }

    [Fact]
    public void After_the_repeat_time_the_same_alert_goes_out_at_once()
    {
        var queue = Queue();
        queue.Add(Notice("a"), 0);
        queue.Take(0, false, out _);
        queue.Add(Notice("a"), RepeatMs);
        Assert.Equal(1, queue.Take(RepeatMs, false, out _)!.Count);
    }

    [Fact]
    public void No_more_than_the_rate_goes_out_in_any_minute()
    {
        var queue = Queue(max: 100, perMinute: 3);
        for (var i = 0; i < 10; i++)
        {
            queue.Add(Notice($"code{i}"), 0);
        }

        var taken = new List<long>();
        for (long ms = 0; queue.Count > 0; ms += 500)
        {
            while (queue.Take(ms, false, out _) is not null)
            {
                taken.Add(ms);
            }
        }

        Assert.Equal(10, taken.Count);
        Assert.All(taken, t => Assert.InRange(taken.Count(o => o > t - 60_000 && o <= t), 1, 3));
        Assert.Equal(180_000, taken[^1]);
    }

    [Fact]
    public void Money_at_risk_goes_before_what_waits_already()
    {
        var queue = Queue();
        queue.Add(Notice("first"), 0);
        queue.Add(Notice("second", atRisk: true), 1);
        Assert.Equal("second", queue.Take(2, false, out _)!.Newest.Code);
        Assert.Equal("first", queue.Take(2, false, out _)!.Newest.Code);
    }

    [Fact]
    public void Full_queue_drops_the_oldest_that_puts_no_money_at_risk_and_the_next_message_says_how_many()
    {
        var queue = Queue(max: 3);
        queue.Add(Notice("risk", atRisk: true), 0);
        foreach (var code in (string[])["a", "b", "c", "d"])
        {
            Assert.Null(queue.Add(Notice(code), 1));
        }

        var first = queue.Take(2, false, out _)!;
        Assert.Equal(("risk", 2), (first.Newest.Code, first.LeftOut));
        Assert.Contains("+2 other alerts were left out", first.Text, StringComparison.Ordinal);
        Assert.Equal(["c", "d"], [queue.Take(2, false, out _)!.Newest.Code, queue.Take(2, false, out _)!.Newest.Code]);
    }

    [Fact]
    public void Money_at_risk_is_only_dropped_for_another_such_and_that_is_told()
    {
        var queue = Queue(max: 2);
        queue.Add(Notice("r1", atRisk: true), 0);
        queue.Add(Notice("r2", atRisk: true), 0);
        Assert.Null(queue.Add(Notice("low"), 0));
        Assert.Equal("r1", queue.Add(Notice("r3", atRisk: true), 0)!.Code);
        Assert.Equal(["r2", "r3"], [queue.Take(0, false, out _)!.Newest.Code, queue.Take(0, false, out _)!.Newest.Code]);
    }

    /// <summary>"uncovered", "is well again", and uncovered again: who was told that it is over must not believe so for five minutes.</summary>
    [Fact]
    public void What_is_there_again_after_it_was_said_to_be_over_waits_for_no_repeat_time()
    {
        var queue = Queue();
        Sends(queue, Notice("uncovered", atRisk: true), 0);
        Sends(queue, Notice("uncovered_over"), 1000);
        Sends(queue, Notice("uncovered", atRisk: true), 2000);
        queue.Add(Notice("uncovered", atRisk: true), 3000); // nothing was said to be over since: a repeat
        Assert.Null(queue.Take(3000, false, out _));
    }

    [Fact]
    public void Word_that_it_is_over_is_not_sent_behind_the_same_trouble_anew()
    {
        var queue = Queue();
        Sends(queue, Notice("uncovered", atRisk: true), 0);
        queue.Add(Notice("uncovered_over"), 1000); // the way out is slow, and takes it not yet
        queue.Add(Notice("uncovered_over", symbol: "ETHUSDT"), 1000);
        queue.Add(Notice("uncovered", atRisk: true), 2000);
        Assert.Equal("ETHUSDT", queue.Take(2000, false, out _)!.Newest.Symbol);
        Assert.Null(queue.Take(2000, false, out _));
        Assert.Equal("uncovered", queue.Take(RepeatMs, false, out _)!.Newest.Code);
    }

    [Fact]
    public void Repeat_that_is_held_back_is_not_sent_behind_the_word_that_it_is_over()
    {
        var queue = Queue();
        Sends(queue, Notice("uncovered", atRisk: true), 0);
        queue.Add(Notice("uncovered", atRisk: true), 1000);
        Sends(queue, Notice("uncovered_over"), 2000);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void Trouble_that_comes_and_goes_is_said_some_times_and_not_for_ever()
    {
        var queue = Queue();
        var sent = 0;
        for (var ms = 0L; ms < RepeatMs; ms += 10_000)
        {
            queue.Add(Notice("uncovered", atRisk: true), ms);
            sent += queue.Take(ms, false, out _) is null ? 0 : 1;
            queue.Add(Notice("uncovered_over"), ms + 5000);
            sent += queue.Take(ms + 5000, false, out _) is null ? 0 : 1;
        }

        Assert.Equal(3, sent); // there, over, there
    }

    [Fact]
    public void Host_that_ends_waits_for_neither_repeat_nor_rate()
    {
        var queue = Queue(perMinute: 1);
        queue.Add(Notice("a"), 0);
        queue.Take(0, false, out _);
        queue.Add(Notice("a"), 1);
        queue.Add(Notice("b"), 1);
        Assert.NotNull(queue.Take(1, true, out _));
        Assert.NotNull(queue.Take(1, true, out _));
        Assert.Equal(0, queue.Count);
    }

    /// <summary>The engine's thread pays the same whatever waits: a full queue allocates no more for an alert than an empty one.</summary>
    [Fact]
    public void Adding_costs_the_same_in_a_full_queue_as_in_an_empty_one()
    {
        Assert.InRange(BytesOfOneAdd(waiting: 1000), 0, BytesOfOneAdd(waiting: 1) + 1024);

        static long BytesOfOneAdd(int waiting)
        {
            var queue = new AlertQueue(new AlertLimits(1000, 10, RepeatMs));
            for (var i = 0; i < waiting; i++)
            {
                queue.Add(Notice($"code{i}"), 0);
            }

            var more = Notice("one more");
            var before = GC.GetAllocatedBytesForCurrentThread();
            queue.Add(more, 0);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
