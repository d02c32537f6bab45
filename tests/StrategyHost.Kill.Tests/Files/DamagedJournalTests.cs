namespace StrategyHost.Kill.Tests.Files;

/// <summary>
/// A journal that is damaged, foreign, gone or old when the host starts: its account enters nothing and says so in one line, the other
/// trades on, what is open keeps its stop, and the file stays as it is.
/// </summary>
public sealed class DamagedJournalTests(SharedExchange shared) : IClassFixture<SharedExchange>
{
    public static TheoryData<string, string, int> Cases { get; } = new()
    {
        { "truncated", "main", 1 },
        { "truncated", "mirror", 2 },
        { "header", "main", 3 },
        { "schema page", "mirror", 4 },
        { "index page", "main", 5 },
        { "table page", "mirror", 6 },
        { "record", "main", 7 },
        { "record", "mirror", 8 },
        { "text", "main", 9 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Account_with_a_damaged_journal_enters_nothing_and_the_other_goes_on(string kind, string owner, int seed)
    {
        using var faulty = await shared.HostAsync();
        await faulty.FirstLifeAsync();
        Damage.Kinds[kind](faulty.Journal(owner), new Random(seed));
        var before = FaultyHost.Hash(faulty.Journal(owner));
        await OtherEntersAsync(faulty, owner);
        Assert.Equal(before, FaultyHost.Hash(faulty.Journal(owner)));
        var line = Assert.Single(faulty.Said($"journal-{owner}.db"));
        Assert.Contains("enters nothing", line, StringComparison.Ordinal);
        Assert.Contains("orders and stops at the exchange are as they were", line, StringComparison.Ordinal);
        Assert.Contains("start again", line, StringComparison.Ordinal);
    }

    /// <summary>The head of a log and its first four pages.</summary>
    private const long FirstFrames = 32 + (4 * (24 + 4096));

    /// <summary>Killed, so that nearly all of the journal stands in its log still: neither is touched.</summary>
    [Fact]
    public async Task Damaged_journal_of_a_killed_host_keeps_its_log()
    {
        using var faulty = await shared.HostAsync();
        await faulty.FirstLifeAsync("KILL");
        var journal = faulty.Journal("main");
        await using (var log = File.OpenWrite(journal + "-wal"))
        {
            log.SetLength(Math.Min(log.Length / 2, FirstFrames)); // as of a disk that lost nearly all of it: the rest is asked of the file
        }

        await File.WriteAllBytesAsync(journal, [.. (await File.ReadAllBytesAsync(journal)).Select(b => (byte)~b)]);
        var before = (FaultyHost.Hash(journal), FaultyHost.Hash(journal + "-wal"));
        await OtherEntersAsync(faulty, "main");
        Assert.Equal(before, (FaultyHost.Hash(journal), FaultyHost.Hash(journal + "-wal")));
        Assert.Single(faulty.Said("journal-main.db"));
    }

    [Fact]
    public async Task Journals_of_each_other_are_refused_and_both_accounts_enter_nothing()
    {
        using var faulty = await shared.HostAsync();
        await faulty.FirstLifeAsync();
        File.Move(faulty.Journal("main"), faulty.Journal("other"));
        File.Move(faulty.Journal("mirror"), faulty.Journal("main"));
        File.Move(faulty.Journal("other"), faulty.Journal("mirror"));
        await using var host = faulty.Start(life: 2);
        await host.ReadyAsync();
        await host.LogAllAsync("ETHUSDT: not_ready the journal", "SOLUSDT: not_ready the journal");
        Assert.Equal(0, await host.StopAsync());
        Assert.Equal(("BTCUSDT", "BTCUSDT"), (await faulty.HeldAsync("main"), await faulty.HeldAsync("mirror")));
        Assert.Contains("belongs to mirror", Assert.Single(faulty.Said("journal-main.db")), StringComparison.Ordinal);
        Assert.Contains("belongs to main", Assert.Single(faulty.Said("journal-mirror.db")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("mirror")]
    public async Task Journal_that_was_deleted_is_said_and_begun_anew(string owner)
    {
        using var faulty = await shared.HostAsync();
        await faulty.FirstLifeAsync();
        File.Delete(faulty.Journal(owner));
        await BothEnterAsync(faulty);
        Assert.Contains("is gone and a new one is begun", Assert.Single(faulty.Said($"journal-{owner}.db")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Older_copy_that_was_put_back_is_said()
    {
        using var faulty = await shared.HostAsync();
        await faulty.FirstLifeAsync();
        File.Copy(faulty.Journal("main"), faulty.Journal("main") + ".copy");
        await BothEnterAsync(faulty);
        File.Move(faulty.Journal("main") + ".copy", faulty.Journal("main"), overwrite: true);
        await using (var host = faulty.Start(life: 3))
        {
            await host.ReadyAsync();
            Assert.Equal(0, await host.StopAsync());
        }

        Assert.Contains("knows nothing of the last run", Assert.Single(faulty.Said("journal-main.db")), StringComparison.Ordinal);
        Assert.Equal(("BTCUSDT ETHUSDT", "BTCUSDT SOLUSDT"), (await faulty.HeldAsync("main"), await faulty.HeldAsync("mirror")));
    }

    private static async Task OtherEntersAsync(FaultyHost faulty, string damaged)
    {
        await using var host = faulty.Start(life: 2);
        await host.ReadyAsync();
        await host.LogAllAsync(
            damaged == "main" ? FaultyHost.MirrorEntered : FaultyHost.MainEntered,
            damaged == "main" ? "ETHUSDT: not_ready" : "SOLUSDT: not_ready");
        Assert.Equal(0, await host.StopAsync());
        Assert.Equal(damaged == "main" ? ("BTCUSDT", "BTCUSDT SOLUSDT") : ("BTCUSDT ETHUSDT", "BTCUSDT"),
            (await faulty.HeldAsync("main"), await faulty.HeldAsync("mirror")));
    }

    private static async Task BothEnterAsync(FaultyHost faulty)
    {
        await using var host = faulty.Start(life: 2);
        await host.ReadyAsync();
        await host.LogAllAsync(FaultyHost.MainEntered, FaultyHost.MirrorEntered);
        Assert.Equal(0, await host.StopAsync());
        Assert.Equal(("BTCUSDT ETHUSDT", "BTCUSDT SOLUSDT"), (await faulty.HeldAsync("main"), await faulty.HeldAsync("mirror")));
    }
}
