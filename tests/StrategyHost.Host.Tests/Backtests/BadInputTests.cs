using System.IO.Compression;
using System.Text;

namespace StrategyHost.Host.Tests.Backtests;

/// <summary>Bad input gives exit code 2 and one error that says where and what, no stack trace, and leaves nothing half-written.</summary>
public sealed class BadInputTests
{
    private const string GoodScript = "function on_kline(kline, ctx) { }";
    private const string Head = "start,open,high,low,close,volume\n";

    [Theory]
    [InlineData("malformed", Head + "1700000000000,1,2,0.5,1.5,10\n1700000060000,1,abc,0.5,1.5,10\n", "high", 3)]
    [InlineData(
        "unsorted", Head + "1700000060000,1,2,0.5,1.5,10\n1700000000000,1,2,0.5,1.5,10\n1700000120000,1,2,0.5,1.5,10\n", "start", 3)]
    [InlineData("empty", "", null, null)]
    public void Data_that_cannot_be_read_are_refused(string what, string csv, string? field, int? line)
    {
        using var shell = new BacktestShell();
        var data = shell.Write("BTCUSDT-1m.csv", csv);

        var error = Refused(shell, shell.Write("good.js", GoodScript), "--data", data);

        Assert.Equal(data, error.GetProperty("file").GetString());
        Assert.True(field is null || error.GetProperty("field").GetString() == field, what);
        Assert.True(line is null || error.GetProperty("line").GetInt32() == line, what);
    }

    [Fact]
    public void Truncated_gzip_is_refused_with_its_byte_offset()
    {
        using var shell = new BacktestShell();
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var rows = Enumerable.Range(0, 5000)
                .Select(i => FormattableString.Invariant($"{1_700_000_000_000L + (i * 60_000L)},1,2,0.5,1.{i % 7},10\n"));
            gzip.Write(Encoding.ASCII.GetBytes(Head + string.Concat(rows)));
        }

        var bytes = packed.ToArray();
        var data = shell.Write("BTCUSDT-1m.csv.gz", bytes[..(bytes.Length / 2)]);

        var error = Refused(shell, shell.Write("good.js", GoodScript), "--data", data);

        Assert.InRange(error.GetProperty("offset").GetInt64(), 1, bytes.Length);
    }

    [Theory]
    [InlineData("syntax", "function on_kline(kline, ctx) {\n  return { action: \"buy\", ;\n}", "syntax")]
    [InlineData(
        "unknown field", "function on_kline(k, c) { return { action: 'buy', quantity: 0.1, stop_los_percent: 2 }; }", "unknown_field")]
    [InlineData("NaN", "function on_kline(k, c) { return { action: 'buy', quantity: NaN, stop_loss_percent: 2 }; }", "not_finite")]
    [InlineData(
        "side", "function on_kline(k, c) { return { action: 'buy', quantity: 0.01, stop_price: k.close * 1.1 }; }", "stop_wrong_side")]
    [InlineData("endless", "function on_kline(k, c) { for (;;) { } }", "script_timeout")]
    [InlineData("settings", "function settings() { return { intervall: '1m' }; } function on_kline() { }", "unknown_field")]
    public void Strategy_that_is_wrong_is_refused(string what, string script, string rule)
    {
        using var shell = new BacktestShell();
        var file = shell.Write("wrong.js", script);

        foreach (var engine in (string[])["auto", "jint"])
        {
            var error = Refused(shell, file, "--engine", engine);

            Assert.True(rule == error.GetProperty("rule").GetString(), $"{what}: {error}");
            Assert.Equal(file, error.GetProperty("file").GetString());
        }
    }

    [Theory]
    [InlineData("backtest", "STRATEGY", "--symbol", "FOOUSDT")]
    [InlineData("backtest", "STRATEGY", "--fill", "sometimes")]
    [InlineData("backtest", "STRATEGY", "--set", "nothing=1")]
    [InlineData("backtest", "STRATEGY", "--from", "yesterday")]
    [InlineData("backtest", "STRATEGY", "--sed", "1")]
    [InlineData("backtest", "nowhere.js")]
    [InlineData("data", "info", "nowhere.csv")]
    [InlineData("import", "nowhere.csv", "--out", "OUT")]
    public void Arguments_that_mean_nothing_are_refused(params string[] tokens)
    {
        using var shell = new BacktestShell();
        var strategy = shell.Write("good.js", GoodScript);
        string[] real = [.. tokens.Select(t => t
            .Replace("STRATEGY", strategy, StringComparison.Ordinal)
            .Replace("OUT", shell.Folder + "/segments", StringComparison.Ordinal))];

        var (code, document) = shell.Json(real);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.NotEqual(0, document.GetProperty("errors").GetArrayLength());
        Assert.DoesNotContain("   at ", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_strategies_of_one_name_are_refused_together()
    {
        using var shell = new BacktestShell();
        var first = shell.Write("same.js", GoodScript);
        Directory.CreateDirectory(Path.Combine(shell.Folder, "b"));
        var second = shell.Write(Path.Combine("b", "same.js"), GoodScript);

        var error = Refused(shell, first, second, "--together");

        Assert.Equal("duplicate_strategy", error.GetProperty("rule").GetString());
        Assert.Contains(second, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static System.Text.Json.JsonElement Refused(BacktestShell shell, string strategy, params string[] more)
    {
        var folder = Path.Combine(shell.Folder, "out");
        var (code, document) = shell.Json(["backtest", strategy, "--out", folder, .. more]);

        Assert.True(code == ExitCode.BadInput, $"{code}: {shell.Error}");
        var errors = document.GetProperty("errors");
        Assert.Equal(1, errors.GetArrayLength());
        Assert.DoesNotContain("   at ", shell.Error, StringComparison.Ordinal);

        // A run that could not be made writes nothing; one that could has written all of its files.
        Assert.Contains(Directory.Exists(folder) ? Directory.GetFiles(folder).Length : 0, (int[])[0, 5]);
        return errors[0];
    }
}
