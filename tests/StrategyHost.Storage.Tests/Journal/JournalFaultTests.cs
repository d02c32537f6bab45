using System.Security.Cryptography;
using StrategyHost.Storage.Journal;
using Xunit;

namespace StrategyHost.Storage.Tests.Journal;

/// <summary>What becomes of journal files that are damaged or taken away, and how durable the open ones really are.</summary>
public sealed class JournalFaultTests : IDisposable
{
    /// <summary>Intents that stand in the file itself; thirty more stand in its log.</summary>
    private const int Folded = 300;
    private readonly TempFolder _folder = new();

    private string Db => Path.Combine(_folder.Root, "journal-main.db");

    public void Dispose() => _folder.Dispose();

    /// <summary>The log of a killed writer is there still: closing would fold it into the damaged file.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Damaged_file_and_its_log_are_left_as_they_are(bool written)
    {
        var (db, wal) = Killed();
        db[Middle(db, "BTCUSDT"u8)] ^= 1;
        File.WriteAllBytes(Db, db);
        File.WriteAllBytes(Db + "-wal", wal);
        var errors = written ? JournalFile.Open(Db, "main", isSynced: true).Errors : Rows.In(Db).Errors;
        Assert.Equal("journal_damaged", Assert.Single(errors).Rule);
        Assert.Equal(Hash(db), Hash(File.ReadAllBytes(Db)));
        Assert.Equal(Hash(wal), Hash(File.ReadAllBytes(Db + "-wal")));
    }

    [Fact]
    public void File_whose_record_was_changed_keeps_its_log_too()
    {
        var (db, wal) = Killed();
        wal[wal.AsSpan().LastIndexOf("BTCUSDT"u8)] ^= 1;
        File.WriteAllBytes(Db, db);
        File.WriteAllBytes(Db + "-wal", wal);
        using (var file = JournalFile.Open(Db, "main", isSynced: true).Value) // a log ends where its frame is damaged, as if torn there
        {
            Assert.Equal(Hash(wal), Hash(File.ReadAllBytes(Db + "-wal")));
        }

        Assert.InRange(Rows.In(Db).Value.Count, Folded, Folded + 29);
    }

    [Fact]
    public void Reading_what_a_killed_writer_left_changes_nothing()
    {
        var (db, wal) = Killed();
        File.WriteAllBytes(Db, db);
        File.WriteAllBytes(Db + "-wal", wal);
        Assert.Equal(Folded + 30, Rows.In(Db).Value.Count);
        Assert.Equal((Hash(db), Hash(wal)), (Hash(File.ReadAllBytes(Db)), Hash(File.ReadAllBytes(Db + "-wal"))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    public void File_that_was_deleted_under_the_writer_takes_nothing_any_more(string which)
    {
        using var file = JournalFile.Open(Db, "main", isSynced: true).Value;
        Assert.Null(file.Begin(Rows.Run));
        Assert.Null(file.Append([Rows.Intent(1)]));
        File.Delete(Db + which);
        var error = file.Append([Rows.Intent(2)]);
        Assert.Equal("journal_gone", error?.Rule);
        Assert.Contains("start the host again", error!.Message, StringComparison.Ordinal);
    }

    /// <summary>Asked of the connection that writes: the settings of another connection say nothing about it.</summary>
    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void Accounts_file_is_synchronous_full_in_its_log_and_the_hosts_normal(bool isSynced, int synchronous)
    {
        using var file = JournalFile.Open(Db, "main", isSynced).Value;
        Assert.Equal(("wal", synchronous), file.Durability);
        Assert.Null(file.Begin(Rows.Run));
        Assert.Null(file.Append([Rows.Intent(1)]));
        Assert.Equal(("wal", synchronous), file.Durability);
    }

    [Fact]
    public void Last_run_is_known()
    {
        using (var file = JournalFile.Open(Db, "main", isSynced: true).Value)
        {
            Assert.Null(file.LastRun);
            Assert.Null(file.Begin(Rows.Run));
            Assert.Null(file.Append([Rows.Intent(1)]));
        }

        using var again = JournalFile.Open(Db, "main", isSynced: true).Value;
        Assert.Equal(Rows.Run.Name, again.LastRun);
    }

    /// <summary>File and log as SIGKILL leaves them.</summary>
    private (byte[] Db, byte[] Wal) Killed()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Root, "journal-main.db");
        using var file = JournalFile.Open(path, "main", isSynced: true).Value;
        Assert.Null(file.Begin(Rows.Run));
        Assert.Null(file.Append([.. Enumerable.Range(1, Folded).Select(i => Rows.Intent(i))]));
        file.Checkpoint();
        for (var seq = Folded + 1; seq <= Folded + 30; seq++)
        {
            Assert.Null(file.Append([Rows.Intent(seq)]));
        }

        return (Bytes(path), Bytes(path + "-wal"));
    }

    /// <summary>In a record in the middle of the file: neither what a split left behind, nor a page that is in the log again.</summary>
    private static int Middle(ReadOnlySpan<byte> file, ReadOnlySpan<byte> text) => (file.Length / 2) + file[(file.Length / 2)..].IndexOf(text);

    /// <summary>Beside its writer.</summary>
    private static byte[] Bytes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        return copy.ToArray();
    }

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));
}
