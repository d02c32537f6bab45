using System.Text.Json;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Risk;
using StrategyHost.Host.Journal;
using StrategyHost.Storage.Journal;
using StrategyHost.Storage.Projections;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Live;

/// <summary>The tables beside a running host, and what a stopped one shows.</summary>
public sealed class ProjectionRunTests : IDisposable
{
    private const string Busy = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 200 }; }
        function on_timer(time, ctx) {
          if (!ctx.position) { return { action: 'buy', quantity: 0.1, stop_loss_percent: 1, take_profit_percent: 3 }; }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-view-").FullName;
    private readonly LogLines _log = new();
    private readonly ManualTime _time = new();

    private string Data => Path.Combine(_folder, "data");
    private string View => AccountProjection.PathOf(Data, AccountId.Main);

    [Fact]
    public async Task Stopped_host_shows_what_its_journals_know_also_without_its_tables_or_with_damaged_ones()
    {
        var config = Configure();
        await using (var host = HostProcess.Start("run", "--config", config))
        {
            await host.ReadyAsync(); // before it a stop cuts the start short
            await host.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
            while (!(await AskAsync("orders", config)).GetProperty("accounts")[0].GetProperty("orders").EnumerateArray()
                .Any(o => o.GetProperty("role").GetString() == "target"))
            {
                // each question is a process of its own: pause enough
            }

            Assert.Equal(0, await host.StopAsync());
        }

        var first = await AskAsync("positions", config);
        Assert.Equal("journal", first.GetProperty("source").GetString());
        Assert.Equal(["main busy 0.1", "mirror busy 0.05"], first.GetProperty("accounts").EnumerateArray().Select(Position));
        Assert.All(first.GetProperty("accounts").EnumerateArray(), a =>
            Assert.NotNull(a.GetProperty("positions")[0].GetProperty("stopPrice").GetString()));
        Assert.Equal("stopped", (await AskAsync("status", config)).GetProperty("accounts")[0].GetProperty("state").GetString());
        Assert.Contains((await AskAsync("orders", config)).GetProperty("accounts")[0].GetProperty("orders").EnumerateArray(), o =>
            o.GetProperty("role").GetString() == "target");

        File.Delete(View);
        Assert.Equal(Accounts(first), Accounts(await AskAsync("positions", config)));
        await File.WriteAllTextAsync(View, "this is no database");
        Assert.Equal(Accounts(first), Accounts(await AskAsync("positions", config)));
        using (var projection = AccountProjection.Open(Data, AccountId.Main).Value)
        {
            var plan = Assert.Single(projection.Tables.Positions());
            Assert.Single(plan.Targets);
            Assert.NotNull(plan.Stop);
            Assert.All(projection.Tables.OrdersOf(plan.Plan), o => Assert.Equal("busy", o.Strategy.Name));
        }

        var mirror = JournalFile.PathOf(Data, "mirror");
        await File.WriteAllTextAsync(mirror, "this is no journal");
        File.Delete(mirror + "-wal"); // a busy machine leaves it, and with it the file could still be read
        Assert.Equal("exchange.db", (await AskAsync("positions", config)).GetProperty("source").GetString());
    }

    [Fact]
    public void Keeper_makes_deleted_tables_anew_purges_them_and_says_a_problem_once()
    {
        Directory.CreateDirectory(Data);
        var keeper = new ProjectionKeeper(Data, AccountId.Main, 24, _log.Logger, _time);
        Assert.False(keeper.Work()); // no journal
        Append(1, ManualTime.StartMs - (25 * 3_600_000L));
        Append(2, ManualTime.StartMs - (23 * 3_600_000L));
        WorkAll(keeper);
        Assert.Equal([1L, 2L], Orders());
        _time.Advance(TimeSpan.FromMinutes(10));
        WorkAll(keeper);
        Assert.Equal([2L], Orders());
        File.Delete(View);
        File.Delete(View + "-wal");
        File.Delete(View + "-shm");
        WorkAll(keeper);
        Assert.Equal([1L, 2L], Orders()); // until the next purge
        Assert.Empty(_log.Lines);

        keeper.Dispose();
        File.WriteAllText(View, "this is no database");
        using (var second = new ProjectionKeeper(Data, AccountId.Main, 24, _log.Logger, _time))
        {
            WorkAll(second);
            Assert.Contains("made anew from its journal", Assert.Single(_log.Lines), StringComparison.Ordinal);
        }

        _log.Lines.Clear();
        File.WriteAllText(JournalFile.PathOf(Data, "main"), "this is no journal");
        File.Delete(JournalFile.PathOf(Data, "main") + "-wal");
        using var third = new ProjectionKeeper(Data, AccountId.Main, 24, _log.Logger, _time);
        Assert.False(third.Work());
        Assert.False(third.Work());
        Assert.Contains("trading goes on", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void WorkAll(ProjectionKeeper keeper)
    {
        while (keeper.Work())
        {
        }
    }

    private long[] Orders()
    {
        using var projection = AccountProjection.Open(Data, AccountId.Main).Value;
        return [.. Enumerable.Range(1, 2).SelectMany(i => projection.Tables.OrdersOf(i)).Select(o => o.Plan!.Value)];
    }

    /// <summary>An order of a plan that ended then, and the save with which it counts.</summary>
    private void Append(long plan, long at)
    {
        using var file = JournalFile.Open(JournalFile.PathOf(Data, "main"), "main", isSynced: false).Value;
        Assert.Null(file.Begin(new JournalRun
        {
            Name = $"run-{plan}",
            StartedAt = default,
            Build = "",
            ConfigurationSha256 = "",
            ScriptSha256 = new Dictionary<string, string>(),
            Installation = "8KQ2",
        }));
        var closed = new OrderClosed(new OrderRecord
        {
            Seq = plan,
            Time = new Timestamp(at),
            Account = AccountId.Main,
            Strategy = new StrategyId("busy"),
            OrderLinkId = new Core.Orders.OrderTag(AccountId.Main, "8KQ2", 0, plan, Core.Orders.OrderRole.Exit, 0, 1).Write().Value,
            Symbol = new Symbol("BTCUSDT"),
            Side = Side.Sell,
            Type = "market",
            Quantity = Quantity.Of(1m),
            ReduceOnly = true,
            Role = "signal",
            Status = "filled",
            FilledQuantity = Quantity.Of(1m),
        });
        var saved = new AccountSaved(AccountId.Main, new SavedAccount
        {
            Account = AccountId.Main,
            PlanNumber = plan,
            OrderNumber = plan,
            Books = new BooksState(1, 1, 0, 0, 0, 0),
            Losses = new LatchState(0, 0, 0, 0, 0, false),
        });
        Assert.Null(file.Append([
            JournalCodec.Encode(new JournalStamp(1, 0, new Timestamp(at)), closed),
            JournalCodec.Encode(new JournalStamp(1, 1, new Timestamp(at)), saved),
        ]));
    }

    private static string Accounts(JsonElement document) => document.GetProperty("accounts").GetRawText();

    private static string Position(JsonElement block)
    {
        var position = Assert.Single(block.GetProperty("positions").EnumerateArray());
        return $"{block.GetProperty("account")} {position.GetProperty("strategy")} {position.GetProperty("size")}";
    }

    private static async Task<JsonElement> AskAsync(string command, string config)
    {
        var (code, text, error) = await HostProcess.RunAsync(command, "--json", "--config", config);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(text).RootElement;
    }

    private string Configure()
    {
        var script = Path.Combine(_folder, "busy.js");
        File.WriteAllText(script, Busy);
        var file = Path.Combine(_folder, "config.json");
        File.WriteAllText(file, $$"""
            { "dataDirectory": {{JsonSerializer.Serialize(Data)}}, "strategies": [{ "file": {{JsonSerializer.Serialize(script)}} }] }
            """);
        return file;
    }
}
