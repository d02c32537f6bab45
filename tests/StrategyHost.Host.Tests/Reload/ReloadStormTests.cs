using System.Diagnostics;
using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>
/// A strategy that is saved again and again, in every way that goes wrong, while the market tells a thousand events a second. 500
/// times, however long it takes:
/// <c>STRATEGYHOST_RELOADS=500 dotnet test tests/StrategyHost.Host.Tests --filter ReloadStorm</c>.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ReloadStormTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int EventsPerSecond = 1000;

    /// <summary>A market that is ahead of the host waits for it: on a machine that does other things as well.</summary>
    private const int WaitingMax = 3000;

    /// <summary>So many where nobody asks for more, or as many as fit in this time.</summary>
    private const int ReloadsDefault = 500;
    private const int ReloadsMin = 40;
    private const int SampledEvery = 5;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(75);

    [Fact]
    public async Task No_event_is_lost_no_order_doubled_and_nothing_uncovered_while_versions_come_and_go()
    {
        var asked = Environment.GetEnvironmentVariable("STRATEGYHOST_RELOADS");
        var reloads = int.Parse(asked ?? $"{ReloadsDefault}", CultureInfo.InvariantCulture);
        await using var bench = await ReloadBench.OpenMirroredAsync(Version(0));
        var order = new EventOrder(bench);
        using var stop = new CancellationTokenSource();
        var began = Stopwatch.GetTimestamp();
        var market = Task.Run(() => MoveAsync(bench, stop.Token));
        var times = new StormTimes();
        var done = 0;
        while (done < reloads && (asked is not null || done < ReloadsMin || Stopwatch.GetElapsedTime(began) < Budget))
        {
            await SaveAsync(bench, ++done, times);
            if (done % SampledEvery == 0)
            {
                await bench.UntilAsync((_, _) => bench.Scripts.Alive == 1); // the version before goes when it has stopped
                times.Sample(done);
            }
        }

        await stop.CancelAsync();
        await market;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await bench.SettledAsync();
        Say(bench, times, done, seconds);
        order.AssertAllHeard();
        AssertOrders(bench, done);
        times.AssertFlat();
        await bench.StopAsync();
        var rows = bench.Rows();
        Assert.DoesNotContain(rows, r => r.Kind is nameof(JournalGap) or nameof(StrategyParked));
        Assert.Equal(
            bench.Desk.Look(bench.Id)!.Reloads,
            rows.Count(r => r.Kind == nameof(StrategyReplaced) && !r.Body.Contains("\"why\":\"again", StringComparison.Ordinal)));
    }

    /// <summary>
    /// Saves as an editor does, and waits until the version trades, or until it is said why it does not. Every second five is left for the
    /// host to notice, and measured; of the others it is told, so that more of them fit in the time.
    /// </summary>
    private static async Task SaveAsync(ReloadBench bench, int number, StormTimes times)
    {
        var (text, kind, isNoticed) = (Version(number), Kind(number), number / 5 % 2 == 0);
        var saved = Stopwatch.GetTimestamp();
        bench.Swap("saved.js", text);
        if (!isNoticed)
        {
            bench.Desk.Saved(bench.Id);
        }

        await bench.UntilAsync((_, _) => bench.Scripts.Loaded.ContainsKey(text));
        await bench.Desk.QuietAsync();
        if (kind is "broken" or "refused state")
        {
            Note(times.Refused, Stopwatch.GetTimestamp());
        }
        else
        {
            await bench.UntilAsync((_, _) => bench.Scripts.Heard.ContainsKey(text));
            Note(times.Traded, bench.Scripts.Heard[text]);
        }

        if (kind == "faulting")
        {
            await bench.UntilAsync((_, _) => bench.Desk.Look(bench.Id) is { ReturnsTo: null, Refused: not null }); // it faults until it is taken back
        }

        Note(times.Noticed, bench.Scripts.Loaded[text]);
        Assert.True((kind is "good" or "other settings") == (bench.Refused is null), $"{kind}: {bench.Refused}");

        void Note(List<double> times, long at)
        {
            if (isNoticed)
            {
                times.Add(Stopwatch.GetElapsedTime(saved, at).TotalMilliseconds);
            }
        }
    }

    /// <summary>No id twice, no entry of a signal twice on an account, and never a position without its stop.</summary>
    private static void AssertOrders(ReloadBench bench, int done)
    {
        var placed = bench.Venue.Placed;
        Assert.Equal(placed.Count, placed.Select(p => (p.Account, p.Request.ClientOrderId)).Distinct().Count());
        var entries = placed.Where(p => p.SignalId.Length > 0).GroupBy(p => (p.Account, p.SignalId));
        Assert.All(entries, e => Assert.Single(e));
        Assert.Empty(bench.Venue.Uncovered);
        Assert.Equal(0.1m, bench.Venue.SizeMax[AccountId.Main]);
        Assert.All([AccountId.Main, AccountId.Mirror], account => Assert.True(
            placed.Count(p => p.Account == account) > done / 5, $"{account.Name} traded too little to mean anything"));
    }

    private void Say(ReloadBench bench, StormTimes times, int done, double seconds)
    {
        var (events, orders) = (bench.Venue.Told, bench.Venue.Placed.Count);
        string[] summary =
        [
            $"{done} saves and {events} trades in {seconds:F1} s ({events / seconds:F0} a second), {orders} orders on two accounts",
            .. times.Summary(),
        ];
        Array.ForEach(summary, output.WriteLine);
        File.WriteAllLines(Path.Combine(AppContext.BaseDirectory, "reload-summary.txt"), summary); // which .ci/run shows
    }

    private static string Kind(int number) => (number % 5) switch
    {
        1 => "good",
        2 => "faulting",
        3 => "other settings",
        4 => "broken",
        _ => "refused state",
    };

    /// <summary>Trades on every 250th event; its count goes from version to version.</summary>
    private static string Version(int number) => Kind(number) switch
    {
        "broken" => $"function settings() {{ return {{ symbols: ['BTCUSDT'] }}; }}\nvar = {number};",
        "faulting" => Good(number, "if (isGiven && ++heard === 3) { throw new Error('at fault'); }", "count = s.count; isGiven = true;"),
        "refused state" => Good(number, "", "throw new Error('an older shape');"),
        "other settings" => Good(
            number, "", "count = s.count;",
            number % 10 == 3 ? "symbols: ['ETHUSDT', 'BTCUSDT'], interval: '5m', intervals: ['1m'], warmup: 40" : "symbols: ['BTCUSDT'], interval: '15m'"),
        _ => Good(number, "", "count = s.count;"),
    };

    private static string Good(int number, string first, string import, string settings = "symbols: ['BTCUSDT'], interval: '1m', warmup: 30") => $$"""
        // version {{number}}
        var count = 0, heard = 0, isGiven = false; // it has a state once it trades, and none when it is tried before
        function settings() { return { {{settings}}, timer_ms: 1000 }; }
        function on_kline(k, ctx) { count += ctx.ta.sma(5) > 0 ? 1 : 0; }
        function on_timer(t, ctx) { count++; }
        function on_trade(t, ctx) {
          {{first}}
          if (t.symbol !== 'BTCUSDT' || ++count % 250) { return; }
          return ctx.position ? { action: 'close' } : { action: 'buy', quantity: 0.1, stop_loss_percent: 1 };
        }
        function export_state() { return { count: count }; }
        function import_state(s) { {{import}} }
        """;

    /// <summary>A thousand trades a second in steps of ten milliseconds, and ten candles.</summary>
    private static async Task MoveAsync(ReloadBench bench, CancellationToken cancellation)
    {
        var venue = bench.Venue;
        var last = Stopwatch.GetTimestamp();
        var (told, due) = (0L, 0.0);
        while (!cancellation.IsCancellationRequested)
        {
            var now = Stopwatch.GetTimestamp();
            due += bench.Session.Loop.Waiting > WaitingMax ? 0 : Stopwatch.GetElapsedTime(last, now).TotalSeconds * EventsPerSecond;
            last = now;
            for (; told < due; told++)
            {
                venue.Trade(0.002m * (decimal)Math.Sin(told / 500.0));
                if (told % (EventsPerSecond / 10) == 0)
                {
                    venue.Minute();
                }
            }

            await Task.Delay(10, CancellationToken.None);
        }
    }
}

/// <summary>Tests that measure the process run when no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
