using System.Globalization;
using StrategyHost.Storage.Backup;
using StrategyHost.Storage.Exchange;
using StrategyHost.Storage.Journal;
using StrategyHost.Storage.Tests.Journal;
using Xunit;

namespace StrategyHost.Storage.Tests.Backup;

/// <summary>Copies of files that are being written: of one moment, whole, in one file, and without disturbing who writes.</summary>
public sealed class DatabaseBackupTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Every copy holds the records up to some number: none is missing in between, and none that was committed before it began.</summary>
    [Fact]
    public async Task Copies_of_a_journal_that_is_written_are_beginnings_of_it()
    {
        var path = _folder.Path("journal-main.db");
        using var file = JournalFile.Open(path, "main", isSynced: false).Value;
        Assert.Null(file.Begin(Rows.Run));
        using var end = new CancellationTokenSource();
        var written = 0L;
        var writer = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                var next = Volatile.Read(ref written) + 1;
                Assert.Null(file.Append([Rows.Intent(next)]));
                Volatile.Write(ref written, next);
                if (next % 50 == 0)
                {
                    file.Checkpoint();
                }
            }
        });
        for (var copy = 0; copy < 10; copy++)
        {
            var before = Volatile.Read(ref written);
            var to = _folder.Path($"copy-{copy}.db");
            Assert.Null(DatabaseBackup.Copy(path, to));
            var records = Rows.In(to).Value;
            Assert.True(records.Count >= before, $"{records.Count} records, {before} were committed before");
            Assert.Equal(Enumerable.Range(1, records.Count).Select(i => (long)i), records.Select(r => r.Row.Stamp.Seq));
            Assert.False(File.Exists(to + "-wal"));
        }

        await end.CancelAsync();
        await writer;
    }

    /// <summary>Both texts of the store are changed together; no copy has the one without the other.</summary>
    [Fact]
    public async Task Copies_of_a_file_that_its_host_keeps_for_itself_are_of_one_moment()
    {
        var path = _folder.Path("exchange.db");
        using var store = ExchangeStore.Open(path).Value;
        var saved = 0;
        using var end = new CancellationTokenSource();
        Save();
        var writer = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                Save();
            }
        });
        var last = 0;
        for (var copy = 0; copy < 10; copy++)
        {
            var to = _folder.Path($"copy-{copy}.db");
            Assert.Equal("in_use", DatabaseBackup.Check(path)?.Rule);
            Assert.Null(DatabaseBackup.Copy(path, to));
            using var read = ExchangeStore.Open(to).Value;
            var texts = read.Load();
            Assert.Equal(texts["account/main"], texts["account/mirror"]);
            var number = int.Parse(texts["account/main"].TrimEnd('x'), CultureInfo.InvariantCulture);
            Assert.InRange(number, last, int.MaxValue);
            last = number;
        }

        await end.CancelAsync();
        await writer;

        void Save()
        {
            var text = (++saved).ToString(CultureInfo.InvariantCulture) + new string('x', 5000);
            Assert.Null(store.Save(new Dictionary<string, string> { ["account/main"] = text, ["account/mirror"] = text }));
        }
    }

    [Fact]
    public void Damaged_file_is_an_error_with_its_name_and_what_to_do()
    {
        var path = _folder.Path("journal-main.db");
        using (var file = JournalFile.Open(path, "main", isSynced: false).Value)
        {
            Assert.Null(file.Begin(Rows.Run));
            Assert.Null(file.Append([.. Enumerable.Range(1, 500).Select(i => Rows.Intent(i))]));
        }

        Assert.Null(DatabaseBackup.Check(path));
        var bytes = File.ReadAllBytes(path);
        for (var page = 4096 * 5; page < bytes.Length; page += 4096)
        {
            bytes.AsSpan(page, 512).Fill(0x5A);
        }

        File.WriteAllBytes(path, bytes);
        foreach (var error in (Core.Domain.Error?[])[DatabaseBackup.Check(path), DatabaseBackup.Copy(path, _folder.Path("copy.db"))])
        {
            Assert.Equal("damaged", error?.Rule);
            Assert.Contains("put back a copy", error!.Message, StringComparison.Ordinal);
        }

        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    [Fact]
    public void Every_record_of_a_journal_is_compared_with_its_checksum()
    {
        var path = _folder.Path("journal-main.db");
        using (var file = JournalFile.Open(path, "main", isSynced: false).Value)
        {
            Assert.Null(file.Begin(Rows.Run));
            Assert.Null(file.Append([.. Enumerable.Range(1, 12_000).Select(i => Rows.Log(i, "line"))]));
        }

        using (var reader = JournalReader.Open(path).Value)
        {
            Assert.Equal(12_000, reader.CheckAll(CancellationToken.None).Value);
        }

        Rows.Execute(path, "DROP TRIGGER record_stays; UPDATE record SET body = body || ' ' WHERE id = 11999");
        using var again = JournalReader.Open(path).Value;
        Assert.Equal("journal_damaged", Assert.Single(again.CheckAll(CancellationToken.None).Errors).Rule);
    }
}
