using StrategyHost.Core.Domain;
using StrategyHost.Core.Risk;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Operating;

namespace StrategyHost.Host.Tests.Live;

/// <summary>What was asked for while no host ran is taken once by each account that it means, whatever goes wrong in between.</summary>
public sealed class PendingHaltTests : IDisposable
{
    private const string Quiet = "function settings() { return { symbols: ['BTCUSDT'], interval: '1m' }; }";
    private static readonly HaltRequest HaltAll = new(HaltOrder.Halt, null, HaltScope.All, null, "a person");
    private static readonly HaltRequest ResumeAll = HaltAll with { Order = HaltOrder.Resume };
    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-pending-").FullName;

    private string Kept => Path.Combine(_folder, PendingHalts.FileName);

    private static Timestamp Now => new(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    [Fact]
    public async Task Resume_that_an_account_has_taken_does_not_lift_a_later_halt_when_the_file_comes_back()
    {
        new PendingHalts(_folder).Add(ResumeAll, [AccountId.Main], Now);
        var text = await File.ReadAllTextAsync(Kept);
        await using (var run = await PlayedRun.StartAsync(_folder, Quiet))
        {
            await run.UntilAsync(() => !File.Exists(Kept));
            await SessionHalts.HaltAsync(run.Session, HaltAll, TimeProvider.System);
        }

        await File.WriteAllTextAsync(Kept, text); // a crash between the journal and the file
        Assert.Empty(new PendingHalts(_folder).Of(AccountId.Main));
        await using var again = await PlayedRun.StartAsync(_folder, Quiet);
        await again.UntilAsync(() => !File.Exists(Kept));
        Assert.Single(await HaltsAsync(again));
    }

    [Fact]
    public async Task Request_of_an_account_that_is_switched_off_waits_for_it()
    {
        new PendingHalts(_folder).Add(HaltAll, [AccountId.Main, AccountId.Mirror], Now);
        await using (var run = await PlayedRun.StartAsync(_folder, Quiet))
        {
            await run.UntilAsync(() => new PendingHalts(_folder).Of(AccountId.Main).Count == 0);
            Assert.Single(await HaltsAsync(run));
        }

        Assert.Equal([AccountId.Mirror], Assert.Single(new PendingHalts(_folder).Of(AccountId.Mirror)).Left);
    }

    [Fact]
    public async Task File_that_cannot_be_written_is_tried_again()
    {
        new PendingHalts(_folder).Add(HaltAll, [AccountId.Main, AccountId.Mirror], Now);
        Directory.CreateDirectory(Kept + ".new"); // where the new one is written
        await using var run = await PlayedRun.StartAsync(_folder, Quiet);
        await run.UntilAsync(() => run.Log.Lines.Any(l => l.Contains("a person halts", StringComparison.Ordinal)));
        Directory.Delete(Kept + ".new");
        await run.UntilAsync(() => File.Exists(Kept) && !File.ReadAllText(Kept).Contains("\"main\"", StringComparison.Ordinal));
    }

    [Fact]
    public void File_of_an_earlier_version_means_all_accounts_that_it_names()
    {
        File.WriteAllText(Kept, """[{"order":"halt","by":"a person"},{"order":"resume","account":"mirror","by":"a person"}]""");
        var pending = new PendingHalts(_folder);
        Assert.Null(pending.Problem);
        Assert.Equal((1, 2), (pending.Of(AccountId.Main).Count, pending.Of(AccountId.Mirror).Count));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<Halt[]> HaltsAsync(PlayedRun run) => run.Session.Loop.AskAsync((kernel, _) => kernel.Main.Halts.Halts.ToArray());
}
