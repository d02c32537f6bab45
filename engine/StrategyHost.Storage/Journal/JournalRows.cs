using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Journal;

/// <summary>Reads records, each with its checksum compared: a changed one is an error and never another history.</summary>
internal static class JournalRows
{
    // The casts: a damaged file may hold anything in a column.
    private const string Columns = """
        SELECT record.id AS Id, CAST(run.name AS TEXT) AS Run, CAST(seq AS INTEGER) AS Seq, CAST(part AS INTEGER) AS Part,
            CAST(record.version AS INTEGER) AS Version, CAST(at_ms AS INTEGER) AS AtMs, CAST(kind AS TEXT) AS Kind,
            CAST(strategy AS TEXT) AS Strategy, CAST(symbol AS TEXT) AS Symbol, CAST(order_id AS TEXT) AS OrderId,
            CAST(exchange_id AS TEXT) AS ExchangeId, CAST(signal_id AS TEXT) AS SignalId, CAST(plan AS INTEGER) AS Plan,
            CAST(body AS TEXT) AS Body, CAST(checksum AS INTEGER) AS Checksum
        FROM record JOIN run ON run.id = record.run

        """;

    /// <param name="connection">The file.</param>
    /// <param name="path">Its name, for errors.</param>
    /// <param name="where">The rest of the statement, constant text.</param>
    /// <param name="values">Its parameters.</param>
    public static Result<IReadOnlyList<JournalRecord>> Read(SqliteConnection connection, string path, string where, object? values = null)
    {
        try
        {
            var records = new List<JournalRecord>();
            foreach (var stored in connection.Query<Stored>(Columns + where, values, buffered: false))
            {
                var row = Of(stored);
                if (stored.Checksum != JournalChecksum.Of(stored.Run ?? "", row))
                {
                    return JournalErrors.Damaged(path, $"{stored.Run} {stored.Seq}/{stored.Part}",
                        $"record {stored.Seq}/{stored.Part} of run {stored.Run} does not have the checksum that it was written with");
                }

                records.Add(new JournalRecord(stored.Run ?? "", row) { Id = stored.Id });
            }

            return records;
        }
        catch (SqliteException problem)
        {
            return JournalErrors.Of(problem, path);
        }
    }

    private static JournalRow Of(Stored stored) => new()
    {
        Stamp = new JournalStamp(stored.Seq ?? 0, (int)(stored.Part ?? 0), new Timestamp(stored.AtMs ?? 0)),
        Version = (int)(stored.Version ?? 0),
        Kind = stored.Kind ?? "",
        Strategy = stored.Strategy,
        Symbol = stored.Symbol,
        OrderId = stored.OrderId,
        ExchangeId = stored.ExchangeId,
        SignalId = stored.SignalId,
        Plan = stored.Plan,
        Body = stored.Body ?? "",
    };

    private sealed class Stored
    {
        public long Id { get; init; }
        public string? Run { get; init; }
        public long? Seq { get; init; }
        public long? Part { get; init; }
        public long? Version { get; init; }
        public long? AtMs { get; init; }
        public string? Kind { get; init; }
        public string? Strategy { get; init; }
        public string? Symbol { get; init; }
        public string? OrderId { get; init; }
        public string? ExchangeId { get; init; }
        public string? SignalId { get; init; }
        public long? Plan { get; init; }
        public string? Body { get; init; }
        public long? Checksum { get; init; }
    }
}
