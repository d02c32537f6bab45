using System.Text.Json;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Tests.Live;
using StrategyHost.Host.Tests.Replay;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>The built host, whose strategy's files are saved while it trades on its simulated market.</summary>
public sealed class SavedFileTests : IDisposable
{
    private const string Levels = "exports.quantity = 0.1;";

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-saved-").FullName;
    private JsonElement _status;

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task Saved_file_trades_within_a_second_or_says_why_not_and_the_run_replays()
    {
        Save("busy.js", Version("1", "symbols: ['BTCUSDT'], interval: '1m'"));
        Save("levels.js", Levels);
        await using var host = HostProcess.Start("run", "--config", Configure());
        var address = await host.ReadyAsync();
        await host.LogAsync("busy: version 1 after 0");
        await host.LogAsync("main entry Buy 0.1 BTCUSDT filled");
        var first = await ShaAsync(address);

        // Another symbol and another interval; the state and the position are handed over.
        Save("busy.js", Version("2", "symbols: ['BTCUSDT', 'ETHUSDT'], interval: '5m', warmup: 60"));
        await host.LogAsync("busy: version 2 after 1");
        await WaitAsync(address, s => s.GetProperty("scriptSha256").GetString() != first);
        Assert.Equal(JsonValueKind.Null, _status.GetProperty("error").ValueKind);
        await host.LogAsync("busy: version 2 trades ETHUSDT true");
        await host.LogAsync("main closed Long");
        var second = await ShaAsync(address);

        // A broken import: the old version trades on, and the error names its place.
        Save("levels.js", "exports.quantity = 0.1;\nvar = 3;");
        await WaitAsync(address, s => s.GetProperty("error").ValueKind == JsonValueKind.String);
        var error = _status.GetProperty("error").GetString()!;
        Assert.Contains("levels.js:2:", error, StringComparison.Ordinal);
        Assert.Equal(("running", second), (_status.GetProperty("state").GetString(), _status.GetProperty("scriptSha256").GetString()));
        await host.LogAsync("what was saved does not trade");
        await host.LogAsync("main entry Buy 0.1 BTCUSDT filled");

        // Mended, as it was: nothing is left to be said.
        Save("levels.js", Levels);
        await WaitAsync(address, s => s.GetProperty("error").ValueKind == JsonValueKind.Null);
        Assert.Equal(second, await ShaAsync(address));

        Assert.Equal(0, await host.StopAsync());
        var (code, document) = BusyRun.Replay(Data);
        Assert.True(code == ExitCode.Ok, document.ToString());
        Assert.True(document.GetProperty("isComplete").GetBoolean(), document.ToString());
        var replaced = Assert.Single(Rows("host"), r => r.Kind == nameof(StrategyReplaced));
        var input = Assert.IsType<StrategyReplaced>(JournalCodec.Decode(replaced).Value);
        Assert.Equal(second, input.Setup.ScriptSha256);
        Assert.Equal([("busy.js", true), ("levels.js", true)], input.Files.Select(f => (f.Name, f.Text is not null)));
        var trade = Rows("main").Where(r => r.Kind == nameof(TradeClosed)).Select(r => ((TradeClosed)JournalCodec.Decode(r).Value).Trade).First();
        Assert.Equal(first, trade.ScriptSha256); // the version that opened it, not the one that closed it
    }

    /// <summary>The same over the exchange's own streams and requests.</summary>
    [Fact]
    public async Task Saved_file_brings_further_symbols_and_intervals_from_an_exchange()
    {
        await using var exchange = await EmulatedExchange.StartAsync("--seed", "7");
        Save("busy.js", Version("1", "symbols: ['BTCUSDT'], interval: '1m'"));
        Save("levels.js", Levels);
        var config = Configure($$""", "mode": "demo", "endpoints": {{exchange.Endpoints}}""");
        await using var host = HostProcess.Start(exchange.Keys, "run", "--config", config);
        await host.ReadyAsync();
        await host.LogAsync("busy: version 1 after 0");
        Save("busy.js", Version("2", "symbols: ['BTCUSDT', 'ETHUSDT'], interval: '5m', warmup: 60"));
        await host.LogAsync("busy: version 2 after 1");
        await host.LogAsync("busy: version 2 trades ETHUSDT true");
        Assert.Equal(0, await host.StopAsync());
        var (code, document) = BusyRun.Replay(Data);
        Assert.True(code == ExitCode.Ok, document.ToString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Version(string name, string settings) => $$"""
        var levels = require('./levels');
        var state = { starts: 0 };
        function settings() { return { {{settings}}, timer_ms: 250 }; }
        function on_start(ctx) { ctx.log('version {{name}} after ' + state.starts); state.starts++; }
        function on_timer(time, ctx) {
          if (!ctx.position) { return { action: 'buy', quantity: levels.quantity, stop_loss_percent: 1 }; }
          if (time - ctx.position.opened_at > 4000) { return { action: 'close' }; }
        }
        function on_trade(trade, ctx) {
          if (trade.symbol === 'ETHUSDT' && !state.eth) {
            state.eth = true;
            ctx.log('version {{name}} trades ETHUSDT ' + (ctx.ta.sma(50, { symbol: 'ETHUSDT' }) > 0));
          }
        }
        function export_state() { return state; }
        function import_state(s) { state = s; }
        """;

    /// <summary>As editors do: a new file in the place of the old one.</summary>
    private void Save(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path + ".tmp", text);
        File.Move(path + ".tmp", path, overwrite: true);
    }

    private string Configure(string more = "")
    {
        var file = Path.Combine(_folder, "config.json");
        File.WriteAllText(file, $$"""
            { "dataDirectory": {{JsonSerializer.Serialize(Data)}}, "strategies": [{ "file": {{JsonSerializer.Serialize(Path.Combine(_folder, "busy.js"))}} }]{{more}} }
            """);
        return file;
    }

    private async Task<string> ShaAsync(Uri address)
    {
        await WaitAsync(address, _ => true);
        return _status.GetProperty("scriptSha256").GetString()!;
    }

    private async Task WaitAsync(Uri address, Func<JsonElement, bool> isSo)
    {
        using var token = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Data, "host.json")));
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token.RootElement.GetProperty("token").GetString());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        do
        {
            Assert.False(patience.IsCancellationRequested, _status.ToString());
            var status = await client.GetFromAsync(new Uri(address, "status"));
            _status = status.GetProperty("accounts")[0].GetProperty("strategies")[0];
        }
        while (!isSo(_status));
    }

    private IReadOnlyList<JournalRow> Rows(string owner)
    {
        using var reader = JournalReader.Open(JournalFile.PathOf(Data, owner)).Value;
        return [.. reader.ByRun(reader.Runs().Value[^1].Name).Value.Select(r => r.Row)];
    }
}
