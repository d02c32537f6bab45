using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Journal;
using StrategyHost.Host.Live;
using StrategyHost.Host.Reload;
using StrategyHost.Host.Tests.Configuration;
using StrategyHost.Host.Tests.Live;
using StrategyHost.Scripting;
using StrategyHost.Storage.Journal;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>A session in this process whose strategy's file the test saves.</summary>
internal sealed class ReloadBench : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-reload-").FullName;
    private readonly LogLines _log = new() { Max = 2_000 };
    private RunJournal? _journal;
    private LiveSession? _session;

    private ReloadBench(bool mirrors, TimeProvider time) => Venue = new StormVenue(time, mirrors);

    public StormVenue Venue { get; }
    public CountedScripts Scripts { get; } = new(ScriptEngines.Choose("auto").Value.Engine);
    public StrategyId Id { get; } = new("saved");

    /// <summary>The strategy of <c>other.js</c>, where there is one.</summary>
    public StrategyId Other { get; } = new("other");
    public LiveSession Session => _session!; // opened before
    public ReloadDesk Desk => Session.Reload!; // it is enabled
    public IEnumerable<string> Log => _log.Lines;
    public string Data => Path.Combine(_folder, "data");

    public static Task<ReloadBench> OpenAsync(string script, string more = "", params (string Name, string Text)[] others) =>
        OpenAsync(TimeProvider.System, false, script, more, others);

    /// <summary>As the other, on a clock that only the test moves.</summary>
    public static Task<ReloadBench> OpenAsync(ManualTime time, string script, string more = "", params (string Name, string Text)[] others) =>
        OpenAsync(time, false, script, more, others);

    /// <summary>As the other, with a mirror of half the size.</summary>
    public static Task<ReloadBench> OpenMirroredAsync(string script) => OpenAsync(TimeProvider.System, true, script, "", []);

    private static async Task<ReloadBench> OpenAsync(
        TimeProvider time, bool mirrors, string script, string more, (string Name, string Text)[] others)
    {
        var bench = new ReloadBench(mirrors, time);
        Directory.CreateDirectory(bench.Data);
        bench.Write("saved.js", script);
        foreach (var (name, text) in others)
        {
            bench.Write(name, text);
        }

        string[] files = ["saved.js", .. others.Where(o => o.Text.Contains("settings", StringComparison.Ordinal)).Select(o => o.Name)];
        var list = string.Join(", ", files.Select(f => $$"""{ "file": {{JsonSerializer.Serialize(Path.Combine(bench._folder, f))}} }"""));
        var options = ConfigurationTests.Good(
            $$"""{ "accounts": { "mirror": { "enabled": {{(mirrors ? "true" : "false")}} } }, "journal": { "market": true }, "strategies": [{{list}}]{{more}} }""");
        var pool = StrategyPool.Load(bench.Scripts, options);
        Assert.True(pool.IsOk, string.Join('\n', pool.IsOk ? [] : pool.Errors));
        bench._journal = RunJournal.Open(
            bench.Data, mirrors ? [AccountId.Main, AccountId.Mirror] : [AccountId.Main], options.Journal, bench._log.Logger, TimeProvider.System);
        var parts = new SessionParts(options, bench.Venue, pool.Value, bench._journal, bench._log.Logger, time);
        var opened = await LiveSession.OpenAsync(parts, CancellationToken.None);
        Assert.True(opened.IsOk, string.Join('\n', opened.IsOk ? [] : opened.Errors));
        bench._session = opened.Value;
        await bench.UntilAsync((kernel, _) => kernel.Lanes.All(l => l.IsIdle)); // a version that is replaced in its warm-up never starts
        return bench;
    }

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    /// <summary>As editors save: the new file in the place of the old one.</summary>
    public void Swap(string name, string text)
    {
        Write(name + ".tmp", text);
        File.Move(Path.Combine(_folder, name + ".tmp"), Path.Combine(_folder, name), overwrite: true);
    }

    /// <summary>Saves the file and waits until the desk is done with it.</summary>
    public async Task SaveAsync(string text, string name = "saved.js")
    {
        await SaveOnlyAsync(text, name);
        await SettledAsync();
    }

    /// <summary>As the other, and events go on.</summary>
    public Task SaveOnlyAsync(string text, string name = "saved.js")
    {
        Write(name, text);
        Desk.Saved(name == "other.js" ? Other : Id);
        return Desk.QuietAsync();
    }

    /// <summary>Everything that was told so far is answered.</summary>
    public async Task SettledAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            await Desk.QuietAsync();
            await UntilAsync((kernel, _) => kernel.Lanes.All(l => l.IsParked || (l.IsIdle && !l.IsHeld)));
        }
    }

    /// <summary>Trades go on until something is so, this far from where the market began.</summary>
    public Task TradeUntilAsync(Func<EngineKernel, Timestamp, bool> isSo, decimal wave = 0) => UntilAsync((kernel, at) =>
    {
        var isThere = isSo(kernel, at);
        if (!isThere)
        {
            Venue.Trade(wave);
        }

        return isThere;
    });

    public async Task UntilAsync(Func<EngineKernel, Timestamp, bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await Session.Loop.AskAsync(isSo))
        {
            Assert.False(patience.IsCancellationRequested, string.Join('\n', Log.TakeLast(40)));
            await Task.Delay(5);
        }
    }

    public Task<StrategySetup> SetupAsync() => Session.Loop.AskAsync((kernel, _) => kernel.Lanes.Single(l => l.Setup.Strategy == Id).Setup);

    /// <summary>What the scripts logged, in order.</summary>
    public string[] Said => [.. Log.Where(l => l.StartsWith("\"saved\": ", StringComparison.Ordinal)).Select(l => l["\"saved\": ".Length..].Trim('"'))];

    /// <summary>Why the version that was saved last does not trade.</summary>
    public string? Refused => Desk.Refused(Id)?.ToString();

    /// <summary>The strategies that trade a symbol.</summary>
    public Task<string[]> TradersAsync(Symbol symbol) => Session.Loop.AskAsync(
        (kernel, _) => kernel.Lanes.Where(l => l.Setup.Symbols.Contains(symbol)).Select(l => l.Setup.Strategy.Name).ToArray());

    /// <summary>Ends the run; what it left can be read then.</summary>
    public async Task StopAsync()
    {
        await Session.StopAsync();
        _journal!.Dispose(); // opened with the session
    }

    public IReadOnlyList<JournalRow> Rows(string owner = "host")
    {
        using var reader = JournalReader.Open(JournalFile.PathOf(Data, owner)).Value;
        return [.. reader.ByRun(reader.Runs().Value[^1].Name).Value.Select(r => r.Row)];
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        _journal?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
