using StrategyHost.Simulation.Reports;
using Xunit;

namespace StrategyHost.Simulation.Tests.Reports;

public sealed class ReportFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reports-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Folder_holds_the_four_files_and_nothing_else()
    {
        var report = BacktestReport.Of(FakeRun.Of(1, 20));
        var target = Path.Combine(_folder, "out", "sma");

        ReportFolder.Write(report, target);

        Assert.Equal(["orders.csv", "report.html", "report.json", "signals.csv", "trades.csv"], Names(target));
        Assert.Equal(OrdersCsv.ToBytes(report.Result.Orders), File.ReadAllBytes(Path.Combine(target, "orders.csv")));
    }

    [Fact]
    public void Second_run_replaces_the_first_and_leaves_other_files()
    {
        File.WriteAllText(Path.Combine(_folder, "notes.txt"), "mine");
        ReportFolder.Write(BacktestReport.Of(FakeRun.Of(1, 20)), _folder);
        var second = BacktestReport.Of(FakeRun.Of(2, 20));

        ReportFolder.Write(second, _folder);

        Assert.Equal(["notes.txt", "orders.csv", "report.html", "report.json", "signals.csv", "trades.csv"], Names(_folder));
        Assert.Equal(ReportJson.ToBytes(second), File.ReadAllBytes(Path.Combine(_folder, "report.json")));
    }

    [Fact]
    public void Failure_while_writing_leaves_the_target_as_it_was()
    {
        var first = BacktestReport.Of(FakeRun.Of(1, 20));
        ReportFolder.Write(first, _folder);
        var broken = first with { Result = first.Result with { Trades = new FailingList<Core.Accounts.TradeRecord>() } };

        Assert.Throws<IOException>(() => ReportFolder.Write(broken, _folder));

        Assert.Equal(["orders.csv", "report.html", "report.json", "signals.csv", "trades.csv"], Names(_folder));
        Assert.Equal(TradesCsv.ToBytes(first.Result.Trades), File.ReadAllBytes(Path.Combine(_folder, "trades.csv")));
    }

    private static IEnumerable<string?> Names(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    /// <summary>Stands for a full disk: fails when read.</summary>
    private sealed class FailingList<T> : IReadOnlyList<T>
    {
        public T this[int index] => throw new IOException("no space left");

        public int Count => 1;

        public IEnumerator<T> GetEnumerator() => throw new IOException("no space left");

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
