using System.Diagnostics;
using System.Globalization;
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
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task No_event_is_lost_no_order_doubled_and_nothing_uncovered_while_versions_come_and_go()
    {
        var asked = Environment.GetEnvironmentVariable("STRATEGYHOST_RELOADS");
        var reloads = int.Parse(asked ?? $"{ReloadsDefault}", CultureInfo.InvariantCulture);
        await using var bench = await ReloadBench.OpenAsync(Version(0));
        using var stop = new CancellationTokenSource();
        var began = Stopwatch.GetTimestamp();
        var market = Task.Run(() => MoveAsync(bench, stop.Token));
        var memory = new List<long>();
        var done = 0;
        while (done < reloads && (asked is not null || done < ReloadsMin || Stopwatch.GetElapsedTime(began) < Budget))
        {
            await bench.SaveOnlyAsync(Version(++done));
            if (Kind(done) == "faulting")
            {
                await bench.UntilAsync((_, _) => bench.Desk.Look(bench.Id)?.ReturnsTo is null); // it faults until it is taken back
            }

            Assert.True((Kind(done) is "good" or "other settings") == (bench.Refused is null), $"{Kind(done)}: {bench.Refused}");
            if (done % 10 == 0)
            {
                await bench.UntilAsync((_, _) => bench.Scripts.Alive == 1); // the version before goes when it has stopped
                memory.Add(Resident());
            }
        }

        await stop.CancelAsync();
        await market;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await bench.SettledAsync();
        long[] told = [.. bench.Venue.Told];
        output.WriteLine($"{done} saves and {told.Length} trades in {seconds:F1} s, {bench.Venue.Placed.Count} orders; "
            + string.Join(", ", memory.Select(m => $"{m >> 20} MiB")));

        // Every trade went to one version, in order, and none to two.
        Assert.Equal(told, bench.Scripts.Trades.Where(told.ToHashSet().Contains));
        Assert.Empty(bench.Scripts.Gaps);
        Assert.Equal(bench.Venue.Placed.Count, bench.Venue.Placed.Select(p => p.Request.ClientOrderId).Distinct().Count());
        Assert.True(bench.Venue.Placed.Count > done / 5, "it traded too little to mean anything");
        var entries = bench.Venue.Placed.Where(p => p.SignalId.Length > 0).GroupBy(p => p.SignalId);
        Assert.All(entries, e => Assert.Single(e));
        Assert.Empty(bench.Venue.Uncovered);
        Assert.True(bench.Venue.Positions > 0 && bench.Venue.SizeMax == 0.1m, $"{bench.Venue.SizeMax} held");
        var half = memory.Count / 2;
        Assert.InRange(memory[half..].Min(), 0, (long)(memory[1..half].Max() * 1.1)); // the first are still compiling

        await bench.StopAsync();
        var rows = bench.Rows();
        Assert.DoesNotContain(rows, r => r.Kind is nameof(JournalGap) or nameof(StrategyParked));
        Assert.Equal(
            bench.Desk.Look(bench.Id)!.Reloads,
            rows.Count(r => r.Kind == nameof(StrategyReplaced) && !r.Body.Contains("\"why\":\"again", StringComparison.Ordinal)));
    }

    /// <summary>Of the whole process, scripts and their compiled code included.</summary>
    private static long Resident()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static string Kind(int number) => (number % 5) switch
    {
        1 => "good",
        2 => "faulting",
        3 => "other settings",
        4 => "broken",
        _ => "refused state",
    };

    /// <summary>Trades on every fortieth event; its count goes from version to version.</summary>
    private static string Version(int number) => Kind(number) switch
    {
        "broken" => $"function settings() {{ return {{ symbols: ['BTCUSDT'] }}; }}\nvar = {number};",
        "faulting" => Good(number, "if (++heard === 3) { throw new Error('at fault'); }", "count = s.count;"),
        "refused state" => Good(number, "", "throw new Error('an older shape');"),
        "other settings" => Good(
            number, "", "count = s.count;",
            number % 10 == 3 ? "symbols: ['ETHUSDT', 'BTCUSDT'], interval: '5m', intervals: ['1m'], warmup: 40" : "symbols: ['BTCUSDT'], interval: '15m'"),
        _ => Good(number, "", "count = s.count;"),
    };

    private static string Good(int number, string first, string import, string settings = "symbols: ['BTCUSDT'], interval: '1m', warmup: 30") => $$"""
        // version {{number}}
        var count = 0, heard = 0;
        function settings() { return { {{settings}}, timer_ms: 100 }; }
        function on_kline(k, ctx) { count += ctx.ta.sma(5) > 0 ? 1 : 0; }
        function on_timer(t, ctx) { count++; }
        function on_trade(t, ctx) {
          {{first}}
          if (t.symbol !== 'BTCUSDT' || ++count % 40) { return; }
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
