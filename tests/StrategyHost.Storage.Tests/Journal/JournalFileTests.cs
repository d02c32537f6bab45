using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Storage.Journal;
using Xunit;

namespace StrategyHost.Storage.Tests.Journal;

/// <summary>The journal on real SQLite files: what was appended is there afterwards, whole, or an error says what to do.</summary>
public sealed class JournalFileTests : IDisposable
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(1_000_000);
    private readonly TempFolder _folder = new();

    private string Db => JournalFile.PathOf(_folder.Root, "main");
    private string Wal => Db + "-wal";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Appended_rows_are_read_by_run_step_order_signal_and_plan()
    {
        JournalRow[] rows = [.. Enumerable.Range(1, 5).Select(i => Rows.Intent(i))];
        Written(rows);
        using var reader = JournalReader.Open(Db).Value;
        Assert.Equal(rows, Of(reader.ByRun(Rows.Run.Name)));
        Assert.Equal(rows[1..3], Of(reader.BySeq(Rows.Run.Name, 2, 3)));
        Assert.Equal(rows[3..4], Of(reader.ByOrder(rows[3].OrderId!)));
        Assert.Equal(rows[3..4], Of(reader.BySignal("sma-4")));
        Assert.Equal(rows[4..5], Of(reader.ByPlan(Rows.Run.Name, 5)));
        Assert.Empty(Of(reader.ByRun("another")));
        Assert.Equal(rows[2..].SelectMany(r => new[] { r.OrderId!, r.SignalId! }).Order(), reader.KnownIds(3).Value.Order());
    }

    [Fact]
    public void Run_says_what_it_was_started_with()
    {
        Written(Rows.Intent(1));
        using var reader = JournalReader.Open(Db).Value;
        var run = Assert.Single(reader.Runs().Value);
        Assert.Equal(Rows.Run with { ScriptSha256 = run.ScriptSha256 }, run);
        Assert.Equal(Rows.Run.ScriptSha256, run.ScriptSha256);
    }

    [Fact]
    public void Rows_that_are_given_again_stand_there_once()
    {
        using var file = Opened();
        Assert.Null(file.Append([Rows.Intent(1)]));
        Assert.Null(file.Append([Rows.Intent(1), Rows.Intent(2)]));
        Assert.Equal(2, Rows.In(Db).Value.Count);
    }

    [Fact]
    public void What_was_appended_survives_a_program_that_is_killed()
    {
        using var file = Opened();
        for (var seq = 1; seq <= 30; seq++)
        {
            Assert.Null(file.Append([Rows.Intent(seq)]));
            Assert.Equal(seq, Survivors(new FileInfo(Wal).Length).Value.Count);
        }
    }

    /// <summary>However much of the log reached the disk, an append is there as a whole or not at all, and none before it is missing.</summary>
    [Fact]
    public void Torn_log_gives_a_beginning_of_what_was_appended()
    {
        using var file = Opened();
        for (var seq = 1; seq <= 20; seq++)
        {
            file.Append([Rows.Intent(seq), Rows.Intent(seq + 1000)]);
        }

        var length = new FileInfo(Wal).Length;
        var whole = Survivors(length).Value.Count;
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), cut =>
        {
            var left = Survivors(Math.Abs((long)cut) % (length + 1));
            if (!left.IsOk) // cut before there was a table
            {
                return;
            }

            var seqs = left.Value.Select(r => r.Row.Stamp.Seq).ToHashSet();
            Assert.True(Enumerable.Range(1, seqs.Count / 2).All(s => seqs.Contains(s) && seqs.Contains(s + 1000)) && seqs.Count % 2 == 0);
        }).Check(Runs);
        Assert.Equal(40, whole); // the law speaks of something
    }

    [Fact]
    public void One_damaged_byte_gives_an_error_or_what_was_appended()
    {
        JournalRow[] rows = [.. Enumerable.Range(1, 20).Select(i => Rows.Intent(i))];
        Written(rows);
        var bytes = File.ReadAllBytes(Db);
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<byte>(), (at, value) =>
        {
            var damaged = (byte[])bytes.Clone();
            damaged[Math.Abs((long)at) % bytes.Length] ^= value;
            using var folder = new TempFolder();
            var path = folder.Write("journal-main.db", damaged);
            var opened = JournalFile.Open(path, "main", isSynced: true);
            if (!opened.IsOk)
            {
                AssertSays(opened.Errors, path, opened.Errors[0].Rule);
                return;
            }

            opened.Value.Dispose(); // SQLite's quick check does not compare indexes with their table; who reads by one sees it
            var read = Rows.In(path);
            Assert.True(read.IsOk || read.Errors[0].Rule == "journal_damaged");
            Assert.Subset(rows.ToHashSet(), (read.IsOk ? Of(read) : []).ToHashSet());
        }).Check(Runs);
    }

    [Fact]
    public void Changed_text_inside_a_record_is_an_error()
    {
        Written(Rows.Log(1, "seventeen"));
        var bytes = File.ReadAllBytes(Db);
        var at = bytes.AsSpan().IndexOf("seventeen"u8);
        bytes[at] ^= 1;
        File.WriteAllBytes(Db, bytes);
        AssertSays(Rows.In(Db).Errors, Db, "journal_damaged");
        AssertSays(JournalFile.Open(Db, "main", isSynced: true).Errors, Db, "journal_damaged");
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(0.9)]
    public void Truncated_file_gives_an_error(double share)
    {
        Written([.. Enumerable.Range(1, 50).Select(i => Rows.Intent(i))]);
        using (var file = File.OpenWrite(Db))
        {
            file.SetLength((long)(file.Length * share));
        }

        AssertSays(JournalFile.Open(Db, "main", isSynced: true).Errors, Db, "journal_damaged");
    }

    [Theory]
    [InlineData("PRAGMA user_version = 99", "journal_newer")]
    [InlineData("PRAGMA application_id = 7", "journal_foreign")]
    [InlineData("UPDATE run SET owner = 'mirror'", "journal_foreign")]
    [InlineData("DROP TRIGGER record_is_kept; DROP TRIGGER record_stays; UPDATE record SET body = '{}'", "journal_damaged")]
    public void File_that_is_not_ours_to_go_on_with_gives_an_error(string change, string rule)
    {
        Written(Rows.Intent(1));
        Rows.Execute(Db, change);
        AssertSays(JournalFile.Open(Db, "main", isSynced: true).Errors, Db, rule);
    }

    [Fact]
    public void File_of_another_kind_gives_an_error()
    {
        File.WriteAllText(Db, string.Concat(Enumerable.Repeat("this is no database\n", 100)));
        AssertSays(JournalFile.Open(Db, "main", isSynced: true).Errors, Db, "journal_damaged");
        AssertSays(JournalReader.Open(Db).Errors, Db, "journal_damaged");
    }

    [Fact]
    public void Older_file_is_brought_up_and_keeps_its_rows()
    {
        var oldest = new JournalLimits { Steps = [.. JournalSchema.Steps.Take(1)] };
        Written(oldest, Rows.Intent(1), Rows.Intent(2));
        Assert.Equal(1, Version());
        using (var file = JournalFile.Open(Db, "main", isSynced: true).Value)
        {
            Assert.Equal(JournalSchema.Steps.Count, Version());
            file.Begin(Rows.NewRun("next"));
            Assert.Null(file.Append([Rows.Intent(1)]));
        }

        Assert.Equal([Rows.Intent(1), Rows.Intent(2)], Of(Rows.In(Db)));
        Assert.Equal([Rows.Intent(1)], Of(Rows.In(Db, "next")));
    }

    [Fact]
    public void Reader_brings_up_an_older_file_that_no_host_writes()
    {
        Written(new JournalLimits { Steps = [.. JournalSchema.Steps.Take(1)] }, Rows.Intent(1));
        Assert.Equal([Rows.Intent(1)], Of(Rows.In(Db)));
        Assert.Equal(JournalSchema.Steps.Count, Version());
    }

    [Fact]
    public void Step_that_fails_leaves_the_file_in_its_old_version()
    {
        Written(Rows.Intent(1));
        var broken = new JournalLimits { Steps = [.. JournalSchema.Steps, "CREATE TABLE half (id INTEGER); SELECT nothing FROM nowhere"] };
        Assert.False(JournalFile.Open(Db, "main", broken).IsOk);
        Assert.Equal([Rows.Intent(1)], Of(Rows.In(Db)));
    }

    [Fact]
    public void Second_writer_is_refused_and_a_reader_is_not()
    {
        using var file = Opened();
        file.Append([Rows.Intent(1)]);
        AssertSays(JournalFile.Open(Db, "main", isSynced: true).Errors, Db, "journal_locked");
        using var reader = JournalReader.Open(Db).Value;
        Assert.Single(reader.ByRun(Rows.Run.Name).Value);
        Assert.Null(file.Append([Rows.Intent(2)]));
        Assert.Equal(2, reader.ByRun(Rows.Run.Name).Value.Count);
    }

    /// <summary>What is copied, or looked at by other programs, is one file then.</summary>
    [Fact]
    public void Log_is_empty_when_the_writer_has_ended_whoever_reads_still()
    {
        var file = Opened();
        Assert.Null(file.Append([Rows.Intent(1)]));
        using var reader = JournalReader.Open(Db).Value;
        Assert.Single(reader.ByRun(Rows.Run.Name).Value);
        Assert.NotEqual(0, new FileInfo(Wal).Length);
        file.Dispose();
        Assert.Equal(0, new FileInfo(Wal).Length);
        Assert.Single(reader.ByRun(Rows.Run.Name).Value);
    }

    [Theory]
    [InlineData("UPDATE record SET body = '{}'")]
    [InlineData("DELETE FROM record")]
    public void Rows_are_neither_changed_nor_deleted(string sql)
    {
        Written(Rows.Intent(1));
        Assert.Throws<SqliteException>(() => Rows.Execute(Db, sql));
    }

    [Fact]
    public void Full_disk_gives_an_error_and_keeps_what_was_appended()
    {
        using (var file = Opened(new JournalLimits { Pages = 30 }))
        {
            Assert.Null(file.Append([Rows.Intent(1)]));
            AssertSays([file.Append([Rows.Intent(2), Rows.Log(3, new string('x', 300_000))])!], Db, "journal_disk_full");
            Assert.Null(file.Append([Rows.Intent(4)]));
        }

        Assert.Equal([Rows.Intent(1), Rows.Intent(4)], Of(Rows.In(Db)));
    }

    [Fact]
    public void Folder_that_is_not_there_gives_an_error()
    {
        var path = Path.Combine(_folder.Root, "missing", "journal-main.db");
        AssertSays(JournalFile.Open(path, "main", isSynced: true).Errors, path, "journal_not_writable");
        AssertSays(JournalReader.Open(path).Errors, path, "journal_missing");
    }

    [Fact]
    public void File_that_cannot_be_made_gives_an_error()
    {
        Directory.CreateDirectory(Db);
        AssertSays(JournalFile.Open(Db, "main", isSynced: true).Errors, Db, "journal_not_writable");
    }

    /// <summary>The administrator may write everywhere, so there is nothing to see for one.</summary>
    [Fact]
    public void Folder_that_may_not_be_written_gives_an_error()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return;
        }

        File.SetUnixFileMode(_folder.Root, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var errors = JournalFile.Open(Db, "main", isSynced: true).Errors;
        File.SetUnixFileMode(_folder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AssertSays(errors, Db, "journal_not_writable");
    }

    [Fact]
    public void Files_are_their_owners_only()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var file = Opened();
        file.Append([Rows.Intent(1)]);
        foreach (var made in Directory.GetFiles(_folder.Root))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(made));
        }
    }

    [Theory]
    [InlineData(5, "journal_locked")]
    [InlineData(8, "journal_not_writable")]
    [InlineData(10, "journal_disk_failed")]
    [InlineData(11, "journal_damaged")]
    [InlineData(13, "journal_disk_full")]
    [InlineData(99, "journal_failed")]
    public void Every_code_of_SQLite_is_one_line_that_says_what_to_do(int code, string rule) =>
        AssertSays([JournalErrors.Of(code, "what it says", Db)], Db, rule);

    private JournalFile Opened(JournalLimits? limits = null)
    {
        var file = JournalFile.Open(Db, "main", limits ?? new JournalLimits()).Value;
        Assert.Null(file.Begin(Rows.Run));
        return file;
    }

    private void Written(params JournalRow[] rows) => Written(new JournalLimits(), rows);

    private void Written(JournalLimits limits, params JournalRow[] rows)
    {
        using var file = Opened(limits);
        Assert.Null(file.Append(rows));
    }

    private static IEnumerable<JournalRow> Of(Result<IReadOnlyList<JournalRecord>> records) => records.Value.Select(r => r.Row);

    private long Version()
    {
        using var connection = new SqliteConnection($"Data Source={Db};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>What another program finds when this one dies with so much of its log on disk.</summary>
    private Result<IReadOnlyList<JournalRecord>> Survivors(long walLength)
    {
        using var after = new TempFolder();
        File.WriteAllBytes(after.Path("journal-main.db"), ReadOpen(Db));
        File.WriteAllBytes(after.Path("journal-main.db-wal"), ReadOpen(Wal)[..(int)walLength]);
        return Rows.In(after.Path("journal-main.db"));
    }

    /// <summary>Shares the file with the journal. Closing it frees SQLite's lock too (POSIX), and nobody is there to take it.</summary>
    private static byte[] ReadOpen(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static void AssertSays(IReadOnlyList<Error> errors, string file, string rule)
    {
        var error = Assert.Single(errors);
        Assert.Equal((file, rule), (error.File, error.Rule));
        Assert.Contains("; ", error.Message, StringComparison.Ordinal);
    }
}
