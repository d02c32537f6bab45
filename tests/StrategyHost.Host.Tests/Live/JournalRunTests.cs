using System.Text.Json;
using Microsoft.Data.Sqlite;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Tests.Live;

/// <summary>The journals of a real host process: what is in them while it runs, after it is killed, and when one cannot be used.</summary>
public sealed class JournalRunTests : IDisposable
{
    private const string Busy = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 200 }; }
        function on_timer(time, ctx) {
          if (!ctx.position) {
            return { action: 'buy', quantity: 0.1, stop_loss_percent: 1, take_profit_percent: 3, tag: 'first', reason: 'flat' };
          }
        }
        """;

    /// <summary>In for half a second, and out.</summary>
    private const string Restless = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 200 }; }
        function on_timer(time, ctx) {
          if (!ctx.position) { return { action: 'buy', quantity: 0.1, stop_loss_percent: 1 }; }
          if (time - ctx.position.opened_at > 500) { return { action: 'close' }; }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-journal-").FullName;

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task Order_is_explained_beside_the_running_host_and_after_it_was_killed()
    {
        var config = Configure();
        await using var host = HostProcess.Start("run", "--config", config);
        await host.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
        var beside = await ExplainAsync(config, "busy-1");
        Assert.Equal(("accepted", "flat", "first"), (
            Text(beside.GetProperty("signal"), "outcome"), Text(beside.GetProperty("signal"), "reason"), Text(beside.GetProperty("signal"), "tag")));
        Assert.Equal(["event", "call", "answer", "signal"], Kinds(beside.GetProperty("cause")));

        Assert.Equal(137, await host.StopAsync("KILL"));
        var after = await ExplainAsync(config, "busy-1");
        foreach (var account in after.GetProperty("accounts").EnumerateArray())
        {
            string[] first = [.. Kinds(account.GetProperty("events")).Distinct()];
            Assert.Equal("place", first[0]);
            Assert.Subset(first.ToHashSet(), new HashSet<string> { "place", "order", "fill" });
        }

        var order = after.GetProperty("accounts")[1].GetProperty("events")[0].GetProperty("orderLinkId").GetString()!;
        var asked = await ExplainAsync(config, order);
        Assert.Equal("busy-1", Text(asked.GetProperty("signal"), "id"));
        var (code, _, error) = await HostProcess.RunAsync("explain", "busy-99999", "--config", config);
        Assert.Equal(2, code);
        Assert.Contains("the nearest known are busy-", error, StringComparison.Ordinal);
    }

    /// <summary>House rule 9, seen from the exchange's side: whatever it has of ours is in the journal of its account.</summary>
    [Fact]
    public async Task Every_order_that_the_exchange_has_was_journaled_before_the_host_was_killed()
    {
        var config = Configure();
        for (var round = 0; round < 3; round++)
        {
            await using var host = HostProcess.Start("run", "--fresh", "--config", config);
            await host.LogAsync(round == 0 ? "busy buy" : round == 1 ? "entry Buy" : "mirror entry Buy");
            Assert.Equal(137, await host.StopAsync("KILL"));
            var (code, text, error) = await HostProcess.RunAsync(
                "orders", "--json", "--config", config, "--data", ExchangeCopy.Of(Data));
            Assert.True(code == 0, error);
            foreach (var account in JsonDocument.Parse(text).RootElement.GetProperty("accounts").EnumerateArray())
            {
                using var journal = JournalReader.Open(JournalFile.PathOf(Data, Text(account, "account"))).Value;
                Assert.All(account.GetProperty("orders").EnumerateArray().Select(o => Text(o, "orderLinkId")).Where(id => id.Length > 0),
                    id => Assert.Contains(journal.ByOrder(id).Value, r => r.Row.Kind == "PlaceOrder"));
            }
        }
    }

    [Theory]
    [InlineData("mirror", "main entry Buy 0.1 BTCUSDT filled")]
    [InlineData("main", null)]
    public async Task Account_whose_journal_is_damaged_enters_nothing_and_the_other_goes_on(string damaged, string? goesOn)
    {
        Directory.CreateDirectory(Data);
        var file = JournalFile.PathOf(Data, damaged);
        await File.WriteAllTextAsync(file, string.Concat(Enumerable.Repeat("this is no database\n", 100)));
        await using var host = HostProcess.Start("run", "--config", Configure());
        var address = await host.ReadyAsync();
        if (goesOn is not null)
        {
            await host.LogAsync(goesOn);
        }
        else
        {
            await host.LogAsync("busy buy BTCUSDT: not_ready the journal"); // signals are main's: the mirror only follows
        }

        using var client = new HttpClient();
        var health = await client.GetFromAsync(new Uri(address, "health"));
        var block = Assert.Single(health.GetProperty("accounts").EnumerateArray(), a => Text(a, "account") == damaged);
        Assert.Contains(block.GetProperty("errors").EnumerateArray(), e => e.GetString()!.Contains("journal_damaged", StringComparison.Ordinal));
        Assert.Equal(0, await host.StopAsync());
        var (_, text, _) = await HostProcess.RunAsync("positions", "--json", "--config", Path.Combine(_folder, "config.json"));
        var accounts = JsonDocument.Parse(text).RootElement.GetProperty("accounts").EnumerateArray()
            .ToDictionary(a => Text(a, "account"), a => a.GetProperty("positions").GetArrayLength());
        Assert.Equal((0, goesOn is null ? 0 : 1), (accounts[damaged], accounts[damaged == "main" ? "mirror" : "main"]));
        Assert.StartsWith("this is no database", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    /// <summary>Somebody holds main's file for a while: as good as a disk that takes nothing.</summary>
    [Fact]
    public async Task Account_whose_journal_fails_meanwhile_closes_what_it_has_and_enters_again_when_it_works()
    {
        await using var host = HostProcess.Start("run", "--config", Configure(Restless));
        await host.LogAsync("main entry Buy 0.1 BTCUSDT filled");
        using (var other = new SqliteConnection($"Data Source={JournalFile.PathOf(Data, "main")};Pooling=False"))
        {
            await other.OpenAsync();
            using var command = other.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync();
            await host.LogAsync("main enters nothing");
            await host.LogAsync("busy buy BTCUSDT: not_ready the");
        }

        await host.LogAsync("main has a journal again");
        await host.LogAsync("busy buy BTCUSDT: accepted");
        Assert.Equal(0, await host.StopAsync());
        using var journal = JournalReader.Open(JournalFile.PathOf(Data, "main")).Value;
        var rows = journal.ByRun(journal.Runs().Value[0].Name).Value.Select(r => r.Row).ToArray();
        Assert.DoesNotContain(rows, r => r.Kind == "JournalGap");
        string[] placed = [.. rows.Where(r => r.Kind == "PlaceOrder").Select(r => r.OrderId!)];
        Assert.All(rows.Where(r => r is { Kind: "FillReport", OrderId: not null }), r => Assert.Contains(r.OrderId, placed));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<JsonElement> ExplainAsync(string config, string id)
    {
        var (code, text, error) = await HostProcess.RunAsync("explain", id, "--json", "--config", config);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(text).RootElement;
    }

    private static IEnumerable<string> Kinds(JsonElement events) => events.EnumerateArray().Select(e => Text(e, "kind"));

    private static string Text(JsonElement block, string name) => block.GetProperty(name).GetString() ?? "";

    private string Configure(string text = Busy)
    {
        var script = Path.Combine(_folder, "busy.js");
        File.WriteAllText(script, text);
        var file = Path.Combine(_folder, "config.json");
        File.WriteAllText(file, $$"""
            { "dataDirectory": {{JsonSerializer.Serialize(Data)}}, "strategies": [{ "file": {{JsonSerializer.Serialize(script)}} }] }
            """);
        return file;
    }
}
