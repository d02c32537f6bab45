using System.Globalization;
using System.Text.Json;
using StrategyHost.Host.Tests.Live;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Tests.Recovery;

/// <summary>A host on its own simulated exchange, killed again and again while it trades: what was not journaled yet is told once more.</summary>
public sealed class KilledSimulationTests : IDisposable
{
    private const int Kills = 3;

    /// <summary>In and out as fast as answers come.</summary>
    private const string Restless = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 100, warmup: 5 }; }
        function on_timer(time, ctx) {
          if (ctx.position) { return { action: 'close' }; }
          return { action: 'buy', quantity: 0.1, stop_loss_percent: 1, take_profit_percent: 3 };
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-killed-").FullName;

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task Books_are_the_wallet_after_kills_while_orders_fill()
    {
        var config = Configure();
        for (var i = 0; i < Kills; i++)
        {
            await using var killed = HostProcess.Start("run", "--config", config);
            await killed.ReadyAsync();
            await killed.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
            await killed.StopAsync("KILL");
        }

        config = Configure("function settings() { return { symbols: ['BTCUSDT'], interval: '1m', warmup: 5 }; }"); // now it stands still
        await using var host = HostProcess.Start("run", "--config", config);
        await host.LogAllAsync("main recovered", "mirror recovered");
        await host.ReadyAsync();
        Assert.Equal(0, await host.StopAsync());
        var (_, text, _) = await HostProcess.RunAsync("status", "--json", "--config", config);
        foreach (var account in JsonDocument.Parse(text).RootElement.GetProperty("accounts").EnumerateArray())
        {
            using var journal = JournalReader.Open(JournalFile.PathOf(Data, account.GetProperty("account").GetString()!)).Value;
            var books = journal.Memory().Value.Account!.Books;
            Assert.Equal(account.GetProperty("walletBalance").GetString(), Text(books.Balance));
            Assert.Equal(Text(books.Balance), Text(books.StartBalance + books.RealisedPnl - books.Fees - books.Funding));
            var runs = journal.Runs().Value;
            Assert.InRange(runs.Count, 2, Kills + 1); // one that was killed at once has written nothing
            Assert.DoesNotContain(
                runs.SelectMany(r => journal.ByRun(r.Name).Value).Where(r => r.Row.Kind == "Alert"),
                r => r.Row.Body.Contains("wallet_moved", StringComparison.Ordinal)); // else a fill was lost
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Text(decimal value) => decimal.Round(value, 8).ToString("0.########", CultureInfo.InvariantCulture);

    private string Configure(string text = Restless)
    {
        var script = Path.Combine(_folder, "restless.js");
        File.WriteAllText(script, text);
        var file = Path.Combine(_folder, "config.json");
        File.WriteAllText(file, $$"""
            { "dataDirectory": {{JsonSerializer.Serialize(Data)}}, "strategies": [{ "file": {{JsonSerializer.Serialize(script)}} }] }
            """);
        return file;
    }
}
