using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Storage.Exchange;
using Xunit;

namespace StrategyHost.Storage.Tests.Exchange;

/// <summary>The store on real SQLite files: what is saved is there afterwards, whole, or an error says what to do.</summary>
public sealed class ExchangeStoreTests : IDisposable
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(1_000_000);
    private readonly TempFolder _folder = new();

    private string Db => _folder.Path("exchange.db");
    private string Wal => _folder.Path("exchange.db-wal");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Saved_texts_are_there_when_the_file_is_opened_again()
    {
        using (var store = ExchangeStore.Open(Db).Value)
        {
            Assert.Empty(store.Load());
            Assert.Null(store.Save(Texts(1)));
            Assert.Null(store.Save(new Dictionary<string, string> { ["account/main"] = "new" }));
        }

        using var again = ExchangeStore.Open(Db).Value;
        Assert.Equal(new Dictionary<string, string>(Texts(1)) { ["account/main"] = "new" }, again.Load());
    }

    [Fact]
    public void Unchanged_texts_are_not_written()
    {
        using var store = ExchangeStore.Open(Db).Value;
        store.Save(Texts(1));
        var before = new FileInfo(Wal).Length;
        Assert.Null(store.Save(Texts(1)));
        Assert.Equal(before, new FileInfo(Wal).Length);
    }

    [Fact]
    public void What_was_saved_survives_a_program_that_is_killed()
    {
        using var store = ExchangeStore.Open(Db).Value;
        for (var round = 1; round <= 50; round++)
        {
            Assert.Null(store.Save(Texts(round)));
            Assert.Equal(Texts(round), Survivors(new FileInfo(Wal).Length).Value);
        }
    }

    /// <summary>However much of the log reached the disk, a save is there as a whole or not at all.</summary>
    [Fact]
    public void Half_written_saves_are_never_seen()
    {
        using var store = ExchangeStore.Open(Db).Value;
        for (var round = 1; round <= 20; round++)
        {
            store.Save(Texts(round));
        }

        var length = new FileInfo(Wal).Length;
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), cut =>
        {
            var texts = Survivors(Math.Abs((long)cut) % (length + 1)).Value;
            Assert.True(texts.Count == 0 || Enumerable.Range(1, 20).Any(round => Texts(round).All(t => texts[t.Key] == t.Value)));
        }).Check(Runs);
    }

    [Fact]
    public void One_damaged_byte_gives_an_error_or_what_was_saved()
    {
        using (var store = ExchangeStore.Open(Db).Value)
        {
            store.Save(Texts(1));
        }

        var bytes = File.ReadAllBytes(Db);
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<byte>(), (at, value) =>
        {
            var damaged = (byte[])bytes.Clone();
            damaged[Math.Abs((long)at) % bytes.Length] ^= value;
            using var folder = new TempFolder();
            var read = ExchangeStore.Open(folder.Write("exchange.db", damaged));
            if (read.IsOk)
            {
                using var store = read.Value;
                Assert.All(store.Load(), t => Assert.Equal(Texts(1)[t.Key], t.Value));
                return;
            }

            AssertSays(read.Errors, folder.Path("exchange.db"), read.Errors[0].Rule);
        }).Check(Runs);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Truncated_file_gives_an_error(double share)
    {
        using (var store = ExchangeStore.Open(Db).Value)
        {
            store.Save(Texts(1));
        }

        using (var file = File.OpenWrite(Db))
        {
            file.SetLength((long)(file.Length * share));
        }

        AssertSays(ExchangeStore.Open(Db).Errors, Db, "store_damaged");
    }

    [Fact]
    public void File_of_another_kind_gives_an_error()
    {
        File.WriteAllText(Db, string.Concat(Enumerable.Repeat("this is no database\n", 100)));
        AssertSays(ExchangeStore.Open(Db).Errors, Db, "store_damaged");
    }

    [Theory]
    [InlineData("PRAGMA user_version = 2", "store_newer")]
    [InlineData("PRAGMA application_id = 7", "store_foreign")]
    [InlineData("UPDATE document SET text = 'richer' WHERE name = 'markets'", "store_damaged")]
    public void File_that_is_not_ours_to_read_gives_an_error(string change, string rule)
    {
        using (var store = ExchangeStore.Open(Db).Value)
        {
            store.Save(Texts(1));
        }

        using (var connection = new SqliteConnection($"Data Source={Db};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = change;
            command.ExecuteNonQuery();
        }

        AssertSays(ExchangeStore.Open(Db).Errors, Db, rule);
    }

    [Fact]
    public void Full_disk_gives_an_error_and_keeps_what_was_saved()
    {
        using (var store = ExchangeStore.Open(Db, new StoreLimits { Pages = 20 }).Value)
        {
            Assert.Null(store.Save(Texts(1)));
            var large = new Dictionary<string, string> { ["markets"] = "x", ["account/main"] = new string('x', 200_000) };
            AssertSays([store.Save(large)!], Db, "store_disk_full");
            Assert.Equal(Texts(1), store.Load());
            Assert.Null(store.Save(Texts(2)));
        }

        using var again = ExchangeStore.Open(Db).Value;
        Assert.Equal(Texts(2), again.Load());
    }

    [Fact]
    public void Folder_that_is_not_there_gives_an_error()
    {
        var path = Path.Combine(_folder.Root, "missing", "exchange.db");
        AssertSays(ExchangeStore.Open(path).Errors, path, "store_not_writable");
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
        var errors = ExchangeStore.Open(Db).Errors;
        File.SetUnixFileMode(_folder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AssertSays(errors, Db, "store_not_writable");
    }

    [Fact]
    public void File_that_another_program_has_open_gives_an_error()
    {
        using var store = ExchangeStore.Open(Db).Value;
        AssertSays(ExchangeStore.Open(Db).Errors, Db, "store_locked");
    }

    [Theory]
    [InlineData(8, "store_not_writable")]
    [InlineData(10, "store_disk_failed")]
    [InlineData(11, "store_damaged")]
    [InlineData(13, "store_disk_full")]
    [InlineData(26, "store_damaged")]
    [InlineData(99, "store_failed")]
    public void Every_code_of_SQLite_is_one_line_that_says_what_to_do(int code, string rule) =>
        AssertSays([StoreErrors.Of(code, "what it says", Db)], Db, rule);

    private static Dictionary<string, string> Texts(int round) => new()
    {
        ["markets"] = $"{{\"last\":{round}}}",
        ["account/main"] = $"{round}:" + new string('m', 1000 + (round * 300)),
        ["account/mirror"] = $"{round}:" + new string('r', 9000 - (round * 100)),
    };

    /// <summary>What another program finds when this one dies with so much of its log on disk.</summary>
    private Result<IReadOnlyDictionary<string, string>> Survivors(long walLength)
    {
        using var after = new TempFolder();
        File.WriteAllBytes(after.Path("exchange.db"), ReadOpen(Db));
        File.WriteAllBytes(after.Path("exchange.db-wal"), ReadOpen(Wal)[..(int)walLength]);
        var opened = ExchangeStore.Open(after.Path("exchange.db"));
        if (!opened.IsOk)
        {
            return Result<IReadOnlyDictionary<string, string>>.Failed(opened.Errors);
        }

        using var store = opened.Value;
        return Result<IReadOnlyDictionary<string, string>>.Ok(store.Load());
    }

    /// <summary>Shares the file with the store. Closing it frees the store's lock too (POSIX), and nobody is there to take it.</summary>
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
