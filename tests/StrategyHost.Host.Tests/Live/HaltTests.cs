using System.Globalization;
using System.Text.Json;

namespace StrategyHost.Host.Tests.Live;

/// <summary>
/// <c>halt</c> and <c>resume</c> of a host over the V5 wire and of a simulated one: with the host running, killed and stopped.
/// </summary>
public sealed class HaltTests : IDisposable
{
    /// <summary>Holds 0.1 with a stop, and asks for a limit entry far below the market whenever none rests.</summary>
    private const string Eager = """
        let done = false;
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 100, pyramiding: 5 }; }
        function on_fill(fill, ctx) { done = true; }
        function on_timer(time, ctx) {
          if (!done) { return ctx.orders.length > 0 ? undefined : { action: 'buy', quantity: 0.1, stop_loss_percent: 1 }; }
          if (ctx.orders.some(o => o.role === 'entry')) { return; }
          return { action: 'buy', quantity: 0.1, type: 'limit', price: 59700, tag: 'add', scale_in: true };
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-halt-").FullName;

    [Fact]
    public async Task Halt_takes_resting_entries_back_and_survives_a_kill_until_resume()
    {
        await using var exchange = await StartAsync();
        var config = Configure(exchange);
        await using (var host = HostProcess.Start(exchange.Keys, "run", "--config", config))
        {
            await host.ReadyAsync();
            await exchange.UntilAsync("test-main", t => Entries(t) == 1 && HasStop(t));
            var (code, text, error) = await HostProcess.RunAsync(exchange.Keys, "halt", "--config", config, "--json");
            Assert.True(code == 0, text + error);
            Assert.All(Blocks(text), b => Assert.Equal(("halted", true), (Text(b, "state"), b.GetProperty("isKept").GetBoolean())));
            Assert.Single(Blocks(text)[0].GetProperty("cancelled").EnumerateArray());
            Assert.Empty(Blocks(text)[0].GetProperty("left").EnumerateArray());
            var truth = await exchange.TruthAsync("test-main");
            Assert.Equal((0, true), (Entries(truth), HasStop(truth)));
            await host.LogAsync("risk:halted");
            await host.StopAsync("KILL");
        }

        var (_, stopped, _) = await HostProcess.RunAsync(exchange.Keys, "status", "--config", config, "--json");
        Assert.Equal("command line", Text(Blocks(stopped)[0].GetProperty("halts")[0], "by"));

        await using var again = HostProcess.Start(exchange.Keys, "run", "--config", config);
        await again.ReadyAsync();
        await again.LogAsync("risk:halted");
        var (_, status, _) = await HostProcess.RunAsync(exchange.Keys, "status", "--config", config, "--json");
        Assert.Equal(["halted", "halted"], Blocks(status).Select(b => Text(b, "state")));
        Assert.Equal(0, Entries(await exchange.TruthAsync("test-main")));
        Assert.True(HasStop(await exchange.TruthAsync("test-main")));

        var (resumed, said, why) = await HostProcess.RunAsync(exchange.Keys, "resume", "--config", config, "--json");
        Assert.True(resumed == 0, said + why);
        Assert.All(Blocks(said), b => Assert.Equal(("open", 1), (Text(b, "state"), b.GetProperty("lifted").GetArrayLength())));
        await exchange.UntilAsync("test-main", t => Entries(t) == 1);
        Assert.Equal(0, await again.StopAsync());
    }

    [Fact]
    public async Task Halt_without_a_host_is_there_before_the_next_one_enters_anything()
    {
        await using var exchange = await StartAsync();
        var config = Configure(exchange, "\"onStop\":{\"entries\":\"keep\"},");
        await using (var host = HostProcess.Start(exchange.Keys, "run", "--config", config))
        {
            await host.ReadyAsync();
            await exchange.UntilAsync("test-main", t => Entries(t) == 1 && HasStop(t));
            Assert.Equal(0, await host.StopAsync());
        }

        Assert.Equal(1, Entries(await exchange.TruthAsync("test-main")));
        var (code, text, error) = await HostProcess.RunAsync(exchange.Keys, "halt", "--strategy", "strategy", "--config", config, "--json");
        Assert.True(code == 4, text + error); // what rests may still fill, until the host starts
        Assert.Equal("partly_halted", Text(Blocks(text)[0], "state"));

        await using var again = HostProcess.Start(exchange.Keys, "run", "--config", config);
        await again.ReadyAsync();
        await exchange.UntilAsync("test-main", t => Entries(t) == 0);
        await again.LogAsync("risk:halted");
        Assert.True(HasStop(await exchange.TruthAsync("test-main")));
        Assert.Equal(0, await again.StopAsync());
        Assert.False(File.Exists(Path.Combine(_folder, "data", "halts.json")));

        (code, text, error) = await HostProcess.RunAsync(exchange.Keys, "resume", "--config", config, "--json");
        Assert.True(code == 0, text + error);
        Assert.Equal("open", Text(Blocks(text)[0], "state"));
    }

    [Fact]
    public async Task Halt_after_the_host_was_killed_cancels_what_rests_at_the_exchange_at_once()
    {
        await using var exchange = await StartAsync();
        var config = Configure(exchange);
        await using (var host = HostProcess.Start(exchange.Keys, "run", "--config", config))
        {
            await host.ReadyAsync();
            await exchange.UntilAsync("test-main", t => Entries(t) == 1 && HasStop(t));
            await host.StopAsync("KILL");
        }

        Assert.Equal(1, Entries(await exchange.TruthAsync("test-main")));
        var keys = exchange.Keys.Where(k => !k.Key.EndsWith("_2", StringComparison.Ordinal)).ToDictionary(); // the mirror's are lost
        var (code, text, error) = await HostProcess.RunAsync(keys, "halt", "--account", "main", "--config", config, "--json");
        Assert.True(code == 0, text + error);
        Assert.Equal("halted", Text(Assert.Single(Blocks(text)), "state"));
        Assert.Single(Blocks(text)[0].GetProperty("cancelled").EnumerateArray());
        var truth = await exchange.TruthAsync("test-main");
        Assert.Equal((0, true), (Entries(truth), HasStop(truth)));
        (code, text, error) = await HostProcess.RunAsync(keys, "halt", "--symbol", "BTCUSDT", "--account", "mirror", "--config", config, "--json");
        Assert.True(code == 4, text + error);
        Assert.Contains("BYBIT_API_KEY_2", Text(Blocks(text)[0], "problem"), StringComparison.Ordinal);
        (code, text, error) = await HostProcess.RunAsync(keys, "resume", "--account", "mirror", "--config", config, "--json");
        Assert.True(code == 0, text + error);

        await using var again = HostProcess.Start(exchange.Keys, "run", "--config", config);
        await again.ReadyAsync();
        await again.LogAsync("risk:halted");
        var (_, status, _) = await HostProcess.RunAsync(exchange.Keys, "status", "--config", config, "--json");
        Assert.Equal(["halted", "running"], Blocks(status).Select(b => Text(b, "state")));
        Assert.Equal(0, Entries(await exchange.TruthAsync("test-main")));
        Assert.Equal(0, await again.StopAsync());
    }

    [Fact]
    public async Task Simulated_host_keeps_its_halt_over_a_kill_until_it_is_resumed()
    {
        var config = Simulated();
        await using (var host = HostProcess.Start("run", "--config", config))
        {
            await host.ReadyAsync();
            await host.LogAsync("accepted");
            var (code, text, error) = await HostProcess.RunAsync("halt", "--config", config, "--json");
            Assert.True(code == 0, text + error);
            await host.StopAsync("KILL");
        }

        await using var again = HostProcess.Start("run", "--config", config);
        await again.ReadyAsync();
        await again.LogAsync("risk:halted");
        var (resumed, said, why) = await HostProcess.RunAsync("resume", "--config", config, "--json");
        Assert.True(resumed == 0, said + why);
        await again.LogAsync("accepted");
        var (_, status, _) = await HostProcess.RunAsync("status", "--config", config, "--json");
        Assert.All(Blocks(status), b => Assert.Empty(b.GetProperty("halts").EnumerateArray()));
        Assert.Equal(0, await again.StopAsync());
    }

    [Fact]
    public async Task Halt_until_a_time_ends_by_itself()
    {
        var config = Simulated();
        await using var host = HostProcess.Start("run", "--config", config);
        await host.ReadyAsync();
        await host.LogAsync("accepted");
        for (var seconds = 5; ; seconds *= 2)
        {
            var until = DateTime.UtcNow.AddSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            var (code, text, error) = await HostProcess.RunAsync("halt", "--until", until, "--config", config, "--json");
            if (code == 0)
            {
                break;
            }

            Assert.Contains("is past", text + error, StringComparison.Ordinal); // a machine so slow that the command came after it
        }

        await host.LogAsync("risk:halted");
        await host.LogAsync("accepted");
        var (_, status, _) = await HostProcess.RunAsync("status", "--config", config, "--json");
        Assert.All(Blocks(status), b => Assert.Empty(b.GetProperty("halts").EnumerateArray()));
        Assert.Equal(0, await host.StopAsync());
    }

    /// <summary>Arguments → what the refusal says.</summary>
    private static readonly (string[] Arguments, string Said)[] Refusals =
    [
        (["--strategy", "nobody"], "there are: strategy"),
        (["--symbol", "XRPUSDT"], "they trade: BTCUSDT"),
        (["--until", "2020-01-01"], "is past"),
        (["--until", "soon"], "--until must be"),
    ];

    [Fact]
    public async Task What_cannot_be_meant_is_refused_and_nothing_is_halted()
    {
        await using var exchange = await StartAsync();
        var config = Configure(exchange);
        await using var host = HostProcess.Start(exchange.Keys, "run", "--config", config);
        await host.ReadyAsync();
        foreach (var (arguments, said) in Refusals)
        {
            var (code, text, error) = await HostProcess.RunAsync(exchange.Keys, ["halt", "--config", config, .. arguments]);
            Assert.True(code == 2, text + error);
            Assert.Contains(said, error, StringComparison.Ordinal);
        }

        var (_, status, _) = await HostProcess.RunAsync(exchange.Keys, "status", "--config", config, "--json");
        Assert.All(Blocks(status), b => Assert.Empty(b.GetProperty("halts").EnumerateArray()));
        Assert.Equal(0, await host.StopAsync());
    }

    [Fact]
    public async Task File_of_halts_that_cannot_be_read_keeps_the_host_from_starting()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        File.WriteAllText(Path.Combine(_folder, "data", "halts.json"), "[{\"order\":\"halt\",");
        await using var exchange = await StartAsync();
        var (code, _, error) = await HostProcess.RunAsync(exchange.Keys, "run", "--config", Configure(exchange));
        Assert.Equal(2, code);
        Assert.Contains("halts.json", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_halted_where_no_host_ever_ran()
    {
        var (code, _, error) = await HostProcess.RunAsync("halt", "--data", Path.Combine(_folder, "none"));
        Assert.Equal(2, code);
        Assert.Contains("strategyhost run", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "none")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<EmulatedExchange> StartAsync()
    {
        var exchange = await EmulatedExchange.StartAsync();
        await exchange.PostAsync("/emulator/price", new { symbol = "BTCUSDT", price = "60000" });
        await exchange.PostAsync("/emulator/market", new { paused = true });
        return exchange;
    }

    private static int Entries(JsonElement truth) =>
        truth.GetProperty("openOrders").EnumerateArray().Count(o => !o.GetProperty("reduceOnly").GetBoolean() && Text(o, "orderType") == "Limit");

    private static bool HasStop(JsonElement truth) =>
        truth.GetProperty("positions").EnumerateArray().Any(p => Text(p, "stopLoss").Length > 0);

    private static JsonElement[] Blocks(string text) =>
        [.. JsonDocument.Parse(text).RootElement.GetProperty("accounts").EnumerateArray()];

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString() ?? "";

    /// <summary>The configuration of a host on the simulated exchange.</summary>
    private string Simulated()
    {
        var config = Path.Combine(_folder, "simulated.json");
        var file = Path.Combine(_folder, "strategy.js");
        File.WriteAllText(file, Eager.Replace("price: 59700", "price: Math.round(ctx.market.last * 0.995)", StringComparison.Ordinal));
        File.WriteAllText(config, $$"""
            { "mode": "simulated", "dataDirectory": {{JsonSerializer.Serialize(Path.Combine(_folder, "data"))}},
              "strategies": [{ "file": {{JsonSerializer.Serialize(file)}} }] }
            """);
        return config;
    }

    private string Configure(EmulatedExchange exchange, string more = "")
    {
        var file = Path.Combine(_folder, "strategy.js");
        File.WriteAllText(file, Eager);
        var config = Path.Combine(_folder, "config.json");
        File.WriteAllText(config, $$"""
            { "mode": "demo", "dataDirectory": {{JsonSerializer.Serialize(Path.Combine(_folder, "data"))}}, {{more}}
              "strategies": [{ "file": {{JsonSerializer.Serialize(file)}} }], "endpoints": {{exchange.Endpoints}} }
            """);
        return config;
    }
}
