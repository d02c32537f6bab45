using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Journal;
using StrategyHost.Host.Live;
using StrategyHost.Host.Operating;
using StrategyHost.Host.Tests.Configuration;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Tests.Live;

/// <summary>A session of main on a venue that the test plays, in a data directory that outlives it.</summary>
internal sealed class PlayedRun : IAsyncDisposable
{
    private readonly RunJournal _journal;

    private PlayedRun(LiveSession session, RunJournal journal, PlayedVenue venue, LogLines log) =>
        (Session, _journal, Venue, Log) = (session, journal, venue, log);

    public LiveSession Session { get; }
    public PlayedVenue Venue { get; }
    public LogLines Log { get; }

    /// <param name="folder">Data directory, and where the script is written.</param>
    /// <param name="script">The strategy, named eager.</param>
    /// <param name="venue">What it trades on; its links are said to be up.</param>
    public static async Task<PlayedRun> StartAsync(string folder, string script, PlayedVenue? venue = null)
    {
        var (played, lines) = (venue ?? new PlayedVenue(), new LogLines());
        var file = Path.Combine(folder, "eager.js");
        await File.WriteAllTextAsync(file, script);
        var path = System.Text.Json.JsonSerializer.Serialize(file);
        var options = ConfigurationTests.Good($$"""
            { "accounts": { "mirror": { "enabled": false } }, "strategies": [{ "file": {{path}} }], "reload": { "enabled": false } }
            """);
        var pool = StrategyPool.Load(ScriptEngines.Choose("auto").Value.Engine, options);
        Assert.True(pool.IsOk, string.Join('\n', pool.IsOk ? [] : pool.Errors));
        var log = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(lines).CreateLogger();
        var journal = RunJournal.Open(folder, [AccountId.Main], options.Journal, log, TimeProvider.System);
        var opened = await LiveSession.OpenAsync(
            new SessionParts(options, played, pool.Value, journal, log, TimeProvider.System)
            {
                Halts = new HaltDelivery(new PendingHalts(folder), log, TimeProvider.System),
            },
            CancellationToken.None);
        Assert.True(opened.IsOk, string.Join('\n', opened.IsOk ? [] : opened.Errors));
        played.Says(Link.Public, null);
        played.Says(Link.Private, AccountId.Main);
        return new PlayedRun(opened.Value, journal, played, lines);
    }

    /// <summary>Waits for a condition; a deadline is for failures only.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!holds())
        {
            Assert.False(patience.IsCancellationRequested, string.Join('\n', Log.Lines));
            await Task.Delay(10);
        }
    }

    /// <summary>Ends in order, with everything on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        await Session.StopAsync();
        await Session.DisposeAsync();
        _journal.Dispose();
    }
}
