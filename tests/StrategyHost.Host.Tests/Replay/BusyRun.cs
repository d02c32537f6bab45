using System.Text.Json;
using StrategyHost.Host.Replay;
using StrategyHost.Host.Tests.Commands;
using StrategyHost.Host.Tests.Live;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Tests.Replay;

/// <summary>
/// What a real host left that traded both accounts for some seconds on the simulated exchange, with every callback, trails, targets, a
/// refused signal, and was then stopped. Recorded once for all tests, which copy it.
/// </summary>
public sealed class BusyRun : IAsyncLifetime, IDisposable
{
    public const string Script = """
        function settings() {
          return { symbols: ['BTCUSDT', 'ETHUSDT'], interval: '1m', intervals: ['5m'], timer_ms: 150, warmup: 50, kline_updates: true };
        }
        function on_start(ctx) { ctx.log('warm ' + (ctx.ta.sma(10) > 0)); }
        function on_kline(kline, ctx) {}
        function on_trade(trade, ctx) {}
        function on_ticker(ticker, ctx) {}
        function on_orderbook(book, ctx) {}
        function on_order(order, ctx) { ctx.log(order.status); }
        function on_fill(fill, ctx) { ctx.log('filled ' + fill.quantity); }
        function on_timer(time, ctx) {
          if (!ctx.position) {
            return { action: 'buy', quantity: 0.1, stop_loss_percent: 1, take_profit_percent: 3, trail_percent: 0.2, reason: 'flat' };
          }
          if (time - ctx.position.opened_at > 700) { return { action: 'close' }; }
          return { action: 'buy', quantity: 0.1, stop_loss_percent: 1 };
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-replay-").FullName;
    private int _copies;

    /// <summary>The data directory as the host left it.</summary>
    public string Data => Path.Combine(_folder, "data");

    public async Task InitializeAsync()
    {
        await using var host = HostProcess.Start("run", "--config", Configure(_folder, Data));
        for (var trade = 0; trade < 2; trade++)
        {
            await host.LogAsync("main closed Long");
            await host.LogAsync("main entry Buy 0.1 BTCUSDT filled");
        }

        Assert.Equal(0, await host.StopAsync());
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A configuration file of the strategy for a data directory.</summary>
    public static string Configure(string folder, string data, string more = "")
    {
        var script = Path.Combine(folder, "busy.js");
        File.WriteAllText(script, Script);
        var file = Path.Combine(folder, "config.json");
        File.WriteAllText(file, $$"""
            { "dataDirectory": {{JsonSerializer.Serialize(data)}}, "strategies": [{ "file": {{JsonSerializer.Serialize(script)}} }]{{more}} }
            """);
        return file;
    }

    /// <summary>The rows of one journal.</summary>
    public IReadOnlyList<JournalRow> Rows(string owner)
    {
        using var reader = JournalReader.Open(JournalFile.PathOf(Data, owner)).Value;
        return [.. reader.ByRun(reader.Runs().Value[^1].Name).Value.Select(r => r.Row)];
    }

    /// <summary>A data directory in which one journal is another: each row as changed, or left out.</summary>
    public string Copy(string owner = "host", Func<JournalRow, JournalRow?>? change = null)
    {
        var copy = Directory.CreateDirectory(Path.Combine(_folder, $"copy-{++_copies}")).FullName;
        Directory.CreateDirectory(Path.Combine(copy, "market"));
        foreach (var file in Directory.GetFiles(Data, "journal-*.db").Concat(Directory.GetFiles(Path.Combine(Data, "market"))))
        {
            File.Copy(file, Path.Combine(copy, Path.GetRelativePath(Data, file)));
        }

        if (change is not null)
        {
            using var reader = JournalReader.Open(JournalFile.PathOf(Data, owner)).Value;
            File.Delete(JournalFile.PathOf(copy, owner));
            using var written = JournalFile.Open(JournalFile.PathOf(copy, owner), owner, isSynced: false).Value;
            Assert.Null(written.Begin(reader.Runs().Value[^1]));
            Assert.Null(written.Append([.. Rows(owner).Select(change).OfType<JournalRow>()]));
        }

        return copy;
    }

    /// <summary><c>replay --json</c> of a data directory, in this process.</summary>
    internal static (ExitCode Code, JsonElement Document) Replay(string data, string run = "latest")
    {
        var shell = new Shell();
        var code = shell.Line(new() { Replay = new ReplayHandler() }).Run(["replay", run, "--json", "--data", data], CancellationToken.None);
        return (code, shell.Document);
    }
}
