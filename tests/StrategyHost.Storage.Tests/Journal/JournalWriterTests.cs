using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Storage.Journal;
using Xunit;

namespace StrategyHost.Storage.Tests.Journal;

/// <summary>The writer's thread: order, groups, and a disk that refuses.</summary>
public sealed class JournalWriterTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TempFolder _folder = new();
    private readonly BlockingCollection<Error?> _changes = [];

    private string Db => JournalFile.PathOf(_folder.Root, "main");

    public void Dispose()
    {
        _changes.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Who_waits_is_told_after_the_commit_and_in_order()
    {
        using var told = new BlockingCollection<(long Seq, int InFile)>();
        using var writer = Open(new JournalLimits());
        for (var seq = 1; seq <= 50; seq++)
        {
            var mine = seq;
            writer.Append(Rows.Stamp(seq, 1), Rows.Entry(seq, "s"), error =>
            {
                Assert.Null(error);
                told.Add((mine, Rows.In(Db).Value.Count));
            });
        }

        for (var seq = 1; seq <= 50; seq++)
        {
            var (which, inFile) = told.Take(Patient());
            Assert.Equal(seq, which);
            Assert.True(inFile >= seq, $"{which} was told with {inFile} in the file");
        }
    }

    [Fact]
    public void Nobody_waits_and_all_is_written_when_it_is_closed()
    {
        using (var writer = Open(new JournalLimits()))
        {
            for (var seq = 1; seq <= 3000; seq++)
            {
                writer.Append(Rows.Stamp(seq, 1), Rows.Entry(seq, "s"));
            }

            Assert.True(writer.Close(Patience));
        }

        Assert.Equal(Enumerable.Range(1, 3000).Select(s => (long)s), Rows.In(Db).Value.Select(r => r.Row.Stamp.Seq));
    }

    [Fact]
    public void What_the_disk_refused_is_written_when_it_takes_it_again()
    {
        using (var writer = Open(new JournalLimits()))
        {
            Assert.Null(Appended(writer, 1));
            using (var other = Locked())
            {
                Assert.Equal("journal_locked", Appended(writer, 2)!.Rule);
                Assert.Equal("journal_locked", _changes.Take(Patient())!.Rule);
                writer.Append(Rows.Stamp(3, 1), Rows.Entry(3, "s"));
            }

            Assert.Null(_changes.Take(Patient()));
            Assert.Null(writer.Problem);
        }

        Assert.Equal([1, 2, 3], Rows.In(Db).Value.Select(r => r.Row.Stamp.Seq));
    }

    [Fact]
    public void What_could_not_wait_is_counted_in_its_place()
    {
        using (var writer = Open(new JournalLimits(), keptMax: 2))
        {
            Assert.Null(Appended(writer, 1));
            using (var other = Locked())
            {
                for (var seq = 2; seq <= 6; seq++)
                {
                    Assert.NotNull(Appended(writer, seq));
                }

                Assert.NotNull(_changes.Take(Patient()));
            }

            Assert.Null(_changes.Take(Patient()));
        }

        var rows = Rows.In(Db).Value.Select(r => r.Row).ToArray();
        Assert.Equal([(1, "PlaceOrder"), (2, "PlaceOrder"), (3, "PlaceOrder"), (4, "JournalGap")], rows.Select(r => (r.Stamp.Seq, r.Kind)));
        Assert.Equal(new JournalGap(3), JournalCodec.Decode(rows[3]).Value);
    }

    /// <summary>What is read back relies on it: saves before a gap count, those behind it only from a whole one on.</summary>
    [Fact]
    public void Gap_stands_behind_what_waited_and_before_what_came_later()
    {
        var options = new JournalWriterOptions { WaitingMax = 2, LingerMs = 600_000 };
        using (var writer = new JournalWriter(JournalFile.Open(Db, "main", isSynced: false), options))
        {
            writer.Begin(Rows.Run);
            for (var seq = 1; seq <= 4; seq++)
            {
                writer.Append(Rows.Stamp(seq), new JournalGap(seq));
            }

            Assert.Null(Appended(writer, 5));
            Assert.True(writer.Close(TimeSpan.FromMinutes(1)));
        }

        Assert.Equal([(1, 1), (2, 2), (3, 2), (5, 0)], Rows.In(Db).Value.Select(r => (
            (int)r.Row.Stamp.Seq, JournalCodec.Decode(r.Row).Value is JournalGap gap ? (int)gap.Records : 0)));
    }

    [Fact]
    public void Without_a_file_everybody_who_waits_is_told_why()
    {
        File.WriteAllText(Db, string.Concat(Enumerable.Repeat("this is no database\n", 100)));
        using var writer = Open(new JournalLimits());
        Assert.Equal("journal_damaged", Appended(writer, 1)!.Rule);
        Assert.Equal("journal_damaged", writer.Problem!.Rule);
    }

    private JournalWriter Open(JournalLimits limits, int keptMax = 100)
    {
        var writer = new JournalWriter(JournalFile.Open(Db, "main", limits), new JournalWriterOptions
        {
            Changed = _changes.Add,
            RetryMs = 20,
            KeptMax = keptMax,
            FoldAt = 50_000, // folds now and then in these tests
        });
        writer.Begin(Rows.Run);
        return writer;
    }

    private static Error? Appended(JournalWriter writer, long seq)
    {
        var told = new TaskCompletionSource<Error?>();
        writer.Append(Rows.Stamp(seq, 1), Rows.Entry(seq, "s"), told.SetResult);
        Assert.True(told.Task.Wait(Patience));
        return told.Task.Result;
    }

    /// <summary>Another program that writes the file and does not end.</summary>
    private SqliteConnection Locked()
    {
        var connection = new SqliteConnection($"Data Source={Db};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        return connection;
    }

    private static CancellationToken Patient() => new CancellationTokenSource(Patience).Token;
}
