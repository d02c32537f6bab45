using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Storage.Tests.Journal;

/// <summary>Records as tests write them.</summary>
internal static class Rows
{
    public static readonly JournalRun Run = NewRun("2026-11-21T10-17-06Z-8KQ2");

    public static JournalRun NewRun(string name) => new()
    {
        Name = name,
        StartedAt = new Timestamp(1_700_000_000_000),
        Build = "1.2.3",
        ConfigurationSha256 = "c0ffee",
        ScriptSha256 = new Dictionary<string, string> { ["sma"] = "abc" },
        Installation = "8KQ2",
    };

    public static JournalStamp Stamp(long seq, int part = 0) => new(seq, part, new Timestamp(1_700_000_000_000 + seq));

    public static PlaceOrder Entry(long plan, string signal) => new(AccountId.Main, new OrderRequest
    {
        ClientOrderId = new OrderTag(AccountId.Main, "8KQ2", 1, plan, OrderRole.Entry, 0, 1).Write(),
        Symbol = new Symbol("BTCUSDT"),
        Side = Side.Buy,
        Type = OrderType.Market,
        Quantity = Quantity.Of(0.01m),
    })
    {
        SignalId = signal,
    };

    /// <summary>The intent of plan <paramref name="seq"/>, sent in the step of that number.</summary>
    public static JournalRow Intent(long seq) => JournalCodec.Encode(Stamp(seq, 1), Entry(seq, $"sma-{seq}"));

    public static JournalRow Log(long seq, string text) =>
        JournalCodec.Encode(Stamp(seq, 1), new ScriptLogged(new StrategyId("sma"), Stamp(seq).At, text));

    /// <summary>The rows of a file, or its error.</summary>
    public static Result<IReadOnlyList<JournalRecord>> In(string path, string? run = null)
    {
        var opened = JournalReader.Open(path);
        if (!opened.IsOk)
        {
            return Result<IReadOnlyList<JournalRecord>>.Failed(opened.Errors);
        }

        using var reader = opened.Value;
        return reader.ByRun(run ?? Run.Name);
    }

    public static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
