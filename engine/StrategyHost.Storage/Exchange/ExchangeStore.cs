using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Exchange;

/// <summary>
/// <c>exchange.db</c>: the simulated exchange's accounts and markets as named texts in one SQLite file (WAL, synchronous FULL). What the
/// texts say is the caller's business. 1. A save is one transaction: after a crash the file holds all of it or nothing of it, and once
/// <see cref="Save"/> has returned without error it survives the machine. 2. Only texts that changed are written. 3. One program at a
/// time: the file is locked while it is open. 4. Each text carries a checksum, so that damage is an error and never another balance.
/// Not thread-safe.
/// </summary>
public sealed class ExchangeStore : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly Dictionary<string, string> _kept;

    private ExchangeStore(SqliteConnection connection, string path, Dictionary<string, string> kept) =>
        (_connection, _path, _kept) = (connection, path, kept);

    /// <summary>Opens the file, or makes it in a folder that exists. Errors name the file and say what to do.</summary>
    public static Result<ExchangeStore> Open(string path) => Open(path, new StoreLimits());

    /// <summary>The texts that are in the file, by name; none: it is new.</summary>
    public IReadOnlyDictionary<string, string> Load() => new Dictionary<string, string>(_kept, StringComparer.Ordinal);

    /// <summary>
    /// Writes those of the texts that differ from what the file has, together; names that are not given stay. With an error nothing was
    /// written, and the same call may be tried again.
    /// </summary>
    public Error? Save(IReadOnlyDictionary<string, string> texts)
    {
        var changed = texts.Where(t => _kept.GetValueOrDefault(t.Key) != t.Value).ToList();
        if (changed.Count == 0)
        {
            return null;
        }

        try
        {
            Write(changed);
        }
        catch (SqliteException e)
        {
            return StoreErrors.Of(e, _path);
        }

        foreach (var (name, text) in changed)
        {
            _kept[name] = text;
        }

        return null;
    }

    public void Dispose() => _connection.Dispose();

    internal static Result<ExchangeStore> Open(string path, StoreLimits limits)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = 1, // seconds until a file that another program has locked is an error
        }.ToString());
        Result<Dictionary<string, string>> kept;
        try
        {
            connection.Open();
            kept = Prepare(connection, path, limits);
        }
        catch (SqliteException e)
        {
            kept = StoreErrors.Of(e, path);
        }

        if (kept.IsOk)
        {
            return new ExchangeStore(connection, path, kept.Value);
        }

        connection.Dispose();
        return Result<ExchangeStore>.Failed(kept.Errors);
    }

    private static Result<Dictionary<string, string>> Prepare(SqliteConnection connection, string path, StoreLimits limits)
    {
        connection.Execute("PRAGMA locking_mode = EXCLUSIVE");
        if (StoreSchema.Check(connection, path) is { } error)
        {
            return error;
        }

        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute(limits.IsSynced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
        StoreSchema.Create(connection);
        if (limits.Pages is { } pages)
        {
            connection.Execute(FormattableString.Invariant($"PRAGMA max_page_count = {pages}")); // a pragma takes no parameter
        }

        return Read(connection, path);
    }

    private static Result<Dictionary<string, string>> Read(SqliteConnection connection, string path)
    {
        // The casts: a damaged file may hold anything in a column.
        const string Sql = "SELECT CAST(name AS TEXT), CAST(text AS TEXT), CAST(checksum AS TEXT) FROM document";
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text, checksum) in connection.Query<(string?, string?, string?)>(Sql))
        {
            if (name is null || text is null || checksum != Checksum(name, text) || !texts.TryAdd(name, text))
            {
                return StoreErrors.Damaged(path, name ?? "", "a text does not have the checksum that it was written with");
            }
        }

        return texts;
    }

    private void Write(IReadOnlyList<KeyValuePair<string, string>> changed)
    {
        const string Sql = """
            INSERT INTO document (name, text, checksum) VALUES (@Name, @Text, @Checksum)
            ON CONFLICT (name) DO UPDATE SET text = excluded.text, checksum = excluded.checksum
            """;
        using var transaction = new WriteTransaction(_connection);
        foreach (var (name, text) in changed)
        {
            _connection.Execute(Sql, new { Name = name, Text = text, Checksum = Checksum(name, text) });
        }

        transaction.Commit();
    }

    private static string Checksum(string name, string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name + "\n" + text)));
}

/// <summary>What tests and measurements set otherwise.</summary>
internal sealed record StoreLimits
{
    /// <summary>Most pages that the file may have; null: as the disk allows.</summary>
    public int? Pages { get; init; }
    public bool IsSynced { get; init; } = true;
}
