using System.Text.Json;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Ticks;

namespace StrategyHost.Host.Tests.Live;

/// <summary>The command <c>record</c> as a real process, and what other commands make of its segments.</summary>
public sealed class RecordTests : IDisposable
{
    private const string Reader = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', warmup: 0 }; }
        function on_tick(trade, ctx) {}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-record-").FullName;

    private string Out => Path.Combine(_folder, "out");

    [Fact]
    public async Task Recording_ends_cleanly_on_a_signal_and_a_backtest_reads_it()
    {
        await using var record = HostProcess.Start("record", "--symbol", "BTCUSDT", "ETHUSDT", "--out", Out, "--json");
        var line = await record.LogAsync("trades/s");
        Assert.Equal(3, (await HostProcess.RunAsync("record", "--out", Out)).Code); // the folder is taken
        Assert.Matches(@"BTCUSDT \d+\.\d trades/s .*KiB; ETHUSDT ", line);
        Assert.Equal(0, await record.StopAsync("INT"));

        using var document = JsonDocument.Parse(string.Join('\n', await record.RestAsync()));
        var segments = document.RootElement.GetProperty("segments").EnumerateArray().ToList();
        Assert.Equal(["BTCUSDT", "ETHUSDT"], segments.Select(s => s.GetProperty("symbol").GetString()));
        Assert.All(segments, s => Assert.Equal(new FileInfo(s.GetProperty("file").GetString()!).Length, s.GetProperty("bytes").GetInt64()));
        Assert.Empty(Directory.GetFiles(Out, "*.part"));

        Assert.Equal(0, (await HostProcess.RunAsync("data", "info", Out)).Code);
        var script = Path.Combine(_folder, "reader.js");
        await File.WriteAllTextAsync(script, Reader);
        var (code, _, error) = await HostProcess.RunAsync("backtest", script, "--data", Out, "--out", Path.Combine(_folder, "report"));
        Assert.True(code == 0, error);
        var tape = MarketTapeLoader.Load([Out]).Value;
        Assert.True(tape.IsSynthetic);
        Assert.All(tape.Symbols, s => Assert.True(s is { Trades.Count: > 0, Tickers.Count: > 0, Book.Count: > 0, Gaps.Count: 0 }));
    }

    [Fact]
    public async Task Killed_recording_is_salvaged_by_the_next_one()
    {
        await using (var record = HostProcess.Start("record", "--symbol", "BTCUSDT", "--out", Out))
        {
            await record.LogAsync("trades/s");
            Assert.NotEqual(0, await record.StopAsync("KILL"));
        }

        Assert.Single(Directory.GetFiles(Out, "*.part"));
        var (code, text, _) = await HostProcess.RunAsync("record", "--symbol", "BTCUSDT", "--out", Out, "--duration", "2s", "--json");

        Assert.Equal(0, code);
        using var document = JsonDocument.Parse(text);
        var segments = document.RootElement.GetProperty("segments").EnumerateArray().ToList();
        Assert.Equal([true, false], segments.Select(s => s.GetProperty("salvaged").GetBoolean()));
        Assert.Empty(Directory.GetFiles(Out, "*.part"));
        Assert.Equal(0, (await HostProcess.RunAsync("data", "info", Out)).Code);
        var tape = MarketTapeLoader.Load([Out]).Value.Symbols.Single();
        Assert.NotEmpty(tape.Gaps);
        Assert.All(tape.Gaps, g => Assert.Equal(GapReason.HostDown, g.Reason));
        Assert.True(tape.Gaps[^1].ToMs >= tape.Book[0].Time.Ms);
    }

    [Fact]
    public async Task Lost_connection_is_a_gap_mark()
    {
        await using var exchange = await EmulatedExchange.StartAsync();
        var config = Configure(exchange.Address.GetLeftPart(UriPartial.Authority));
        await using var record = HostProcess.Start("record", "--config", config, "--symbol", "BTCUSDT", "--out", Out);
        await record.LogAsync("stream up");
        await record.LogAsync("trades/s");
        await exchange.PostAsync("/emulator/fault", new { match = new { stream = "public" }, action = "close_stream" });
        await record.LogAsync("stream down");
        await record.LogAsync("stream up");
        await record.LogAsync("1 gaps");
        Assert.Equal(0, await record.StopAsync());

        var tape = MarketTapeLoader.Load([Out]).Value.Symbols.Single();
        var gap = Assert.Single(tape.Gaps);
        Assert.Equal(GapReason.Disconnected, gap.Reason);
        Assert.True(gap.ToMs > gap.FromMs);
        Assert.DoesNotContain(tape.Trades!.Time, t => t > gap.FromMs && t < gap.ToMs);
        var book = new OrderBook(tape.Symbol, 50);
        Assert.All(tape.Book, update => Assert.True(book.Apply(update).IsApplied));
    }

    [Fact]
    public async Task Exchange_that_does_not_answer_is_one_clear_line_and_no_folder()
    {
        var (code, text, error) = await HostProcess.RunAsync("record", "--config", Configure("http://127.0.0.1:9"), "--out", Out);
        Assert.Equal((2, ""), (code, text));
        Assert.Contains("does not answer", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Out));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Configure(string address)
    {
        var file = Path.Combine(_folder, "config.json");
        var stream = address.Replace("http", "ws", StringComparison.Ordinal) + "/v5/public/linear";
        File.WriteAllText(file, $$"""
            { "mode": "paper", "globals": { "price_monitor_reconnect_delay": 1 },
              "endpoints": { "rest": "{{address}}", "publicStream": "{{stream}}" } }
            """);
        return file;
    }
}
