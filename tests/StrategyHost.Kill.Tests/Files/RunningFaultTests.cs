namespace StrategyHost.Kill.Tests.Files;

/// <summary>What happens to files beside a running host, and to its other files.</summary>
public sealed class RunningFaultTests(SharedExchange shared) : IClassFixture<SharedExchange>
{
    [Theory]
    [InlineData("main", "")]
    [InlineData("mirror", "-wal")]
    public async Task Account_whose_journal_is_deleted_under_the_host_enters_nothing_any_more(string owner, string which)
    {
        using var faulty = await shared.HostAsync();
        await faulty.FirstLifeAsync();
        await using var host = faulty.Start(life: 3);
        await host.ReadyAsync();
        File.Delete(faulty.Journal(owner) + which);
        await host.LogAsync($"{owner} enters nothing");
        Assert.Equal(0, await host.StopAsync());
        var line = Assert.Single(faulty.Said($"journal-{owner}.db"));
        Assert.Contains("was deleted while it was written", line, StringComparison.Ordinal);
        Assert.Equal(("BTCUSDT", "BTCUSDT"), (await faulty.HeldAsync("main"), await faulty.HeldAsync("mirror")));
    }

    /// <summary>host.json is how commands find the host; without it they read its journals and say so, and may not act while it has the accounts.</summary>
    [Fact]
    public async Task Damaged_host_json_misleads_no_command_and_is_written_anew()
    {
        using var faulty = await shared.HostAsync();
        await using (var host = faulty.Start(life: 1))
        {
            await host.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
            await File.WriteAllTextAsync(Path.Combine(faulty.Data, "host.json"), "{ \"url\": 7");
            var (code, text, error) = await faulty.CommandAsync("positions", "--json");
            Assert.True(code == 0 && text.Contains("\"source\": \"journal\"", StringComparison.Ordinal), $"{code} {text} {error}");
            Assert.Contains("\"size\": \"0.05\"", text, StringComparison.Ordinal);
            Assert.Single(error.Split('\n'), l => l.Contains("its host.json cannot be read", StringComparison.Ordinal));
            Assert.Contains("\"state\": \"unreachable\"", (await faulty.CommandAsync("status", "--json")).Out, StringComparison.Ordinal);
            Assert.Contains("\"source\": \"exchange\"", (await faulty.CommandAsync("verify", "--json")).Out, StringComparison.Ordinal);
            Assert.Equal(3, (await faulty.CommandAsync("flatten", "--apply")).Code);
            Assert.Equal(137, await host.StopAsync("KILL"));
        }

        Assert.Equal(("BTCUSDT", "BTCUSDT"), (await faulty.HeldAsync("main"), await faulty.HeldAsync("mirror")));
        await using var again = faulty.Start(life: 3);
        await again.ReadyAsync();
        Assert.Contains("\"source\": \"host\"", (await faulty.CommandAsync("positions", "--json")).Out, StringComparison.Ordinal);
        Assert.Equal(0, await again.StopAsync());
    }

    [Fact]
    public async Task Damaged_table_of_order_ids_is_refused_before_anything_is_sent()
    {
        using var faulty = await shared.HostAsync();
        await File.WriteAllTextAsync(Path.Combine(faulty.Folder, "order-ids.json"), "[{ \"prefix\": ");
        await using var host = faulty.Start(life: 1);
        Assert.Equal(2, await host.EndAsync());
        Assert.Contains("order-ids.json", Assert.Single(host.LogSoFar()), StringComparison.Ordinal);
        Assert.Equal(0, await faulty.WritesAsync());
    }

    [Fact]
    public async Task Directory_of_another_account_is_refused_before_anything_is_written_to_this_one()
    {
        using var others = await shared.HostAsync();
        await others.FirstLifeAsync();
        using var faulty = await shared.HostAsync();
        Directory.Move(others.Data, faulty.Data);
        var (code, _, error) = await HostProcess.RunAsync(faulty.Keys, "run", "--config", faulty.Configure(life: 2));
        Assert.Equal(2, code);
        Assert.Contains("it is about the account with UID", error, StringComparison.Ordinal);
        Assert.Equal(0, await faulty.WritesAsync());
    }

    [Fact]
    public async Task Damaged_simulated_accounts_are_refused_and_stay_as_they_are()
    {
        using var faulty = await shared.HostAsync();
        var config = Simulated(faulty);
        await using (var host = HostProcess.Start("run", "--config", config))
        {
            await host.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
            Assert.Equal(0, await host.StopAsync());
        }

        var file = Path.Combine(faulty.Data, "exchange.db");
        Damage.Kinds["table page"](file, new Random(1));
        var before = FaultyHost.Hash(file);
        var (code, text, error) = await HostProcess.RunAsync("run", "--config", config);
        Assert.Equal((2, ""), (code, text));
        Assert.Single(error.Split('\n'), l => l.Contains("exchange.db", StringComparison.Ordinal));
        Assert.Contains("start anew with --fresh", error, StringComparison.Ordinal);
        Assert.Equal(before, FaultyHost.Hash(file));
    }

    private static string Simulated(FaultyHost faulty)
    {
        var file = faulty.Configure(life: 1);
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"mode\": \"demo\"", "\"mode\": \"simulated\"", StringComparison.Ordinal));
        return file;
    }
}
