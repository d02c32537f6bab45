using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Benchmarks.Latency;

/// <summary>What the journal adds to an order's way: encoding, one transaction, and on an account's file the disk's answer.</summary>
internal static class JournalCost
{
    private const int Measured = 2_000;
    private const int Warm = 200;

    /// <summary>The journal alone, without a session.</summary>
    public static LatencyReport Report()
    {
        var folder = Directory.CreateDirectory(System.IO.Path.Combine(AppContext.BaseDirectory, "journal-" + Environment.ProcessId)).FullName;
        try
        {
            return new LatencyReport("no script", [.. Measure(folder)], ["One intent after the other, each on disk before the next."]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static IEnumerable<LatencyRow> Measure(string folder)
    {
        yield return Direct(folder, "journal: append and commit with fsync (account)", isSynced: true, company: 0);
        yield return Direct(folder, "journal: the same with nine reports that waited", isSynced: true, company: 9);
        yield return Direct(folder, "journal: append and commit without fsync (host)", isSynced: false, company: 0);
        yield return Written(folder);
        yield return BesideMirror(folder, "main's commit while the mirror's file is written", isHeld: false);
        yield return BesideMirror(folder, "main's commit while the mirror's disk takes nothing", isHeld: true);
        yield return Disk(folder);
    }

    private static LatencyRow Direct(string folder, string what, bool isSynced, int company)
    {
        using var file = Open(folder, isSynced);
        return LatencyRow.Of(what, Times(seq =>
        {
            var rows = new List<JournalRow>(company + 1);
            for (var part = 0; part <= company; part++)
            {
                rows.Add(JournalCodec.Encode(new JournalStamp(seq, part, new Timestamp(seq)), part < company ? Fill(seq) : Intent(seq)));
            }

            if (file.Append(rows) is { } error)
            {
                throw new MissingPartException(error.Message);
            }
        }));
    }

    /// <summary>As an order goes: handed to the journal's thread, back when it is committed.</summary>
    private static LatencyRow Written(string folder)
    {
        using var writer = new JournalWriter(JournalFile.Open(Path(folder), "main", isSynced: true), new JournalWriterOptions());
        writer.Begin(Run());
        using var written = new SemaphoreSlim(0);
        return LatencyRow.Of("journal: handed to its thread until it may be sent", Times(seq =>
        {
            writer.Append(new JournalStamp(seq, 1, new Timestamp(seq)), Intent(seq), _ => written.Release());
            written.Wait();
        }));
    }

    /// <summary>
    /// Main's order as above while the mirror has records to write all the time: to its file, or against a lock that another program holds,
    /// so that each of its commits fails after a second, as on a disk that does not answer.
    /// </summary>
    private static LatencyRow BesideMirror(string folder, string what, bool isHeld)
    {
        var path = Path(folder);
        using var main = new JournalWriter(JournalFile.Open(Path(folder), "main", isSynced: true), new JournalWriterOptions());
        using var mirror = new JournalWriter(JournalFile.Open(path, "mirror", isSynced: true), new JournalWriterOptions());
        main.Begin(Run());
        mirror.Begin(Run());
        using var held = new SqliteConnection($"Data Source={path};Pooling=False");
        held.Open();
        using var command = held.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        if (isHeld)
        {
            command.ExecuteNonQuery();
        }

        using var written = new SemaphoreSlim(0);
        return LatencyRow.Of("journal: " + what, Times(seq =>
        {
            mirror.Append(new JournalStamp(seq, 1, new Timestamp(seq)), Intent(seq), static _ => { });
            main.Append(new JournalStamp(seq, 1, new Timestamp(seq)), Intent(seq), _ => written.Release());
            written.Wait();
        }));
    }

    /// <summary>What the disk takes by itself, whoever asks.</summary>
    private static LatencyRow Disk(string folder)
    {
        using var file = new FileStream(Path(folder), FileMode.CreateNew);
        var page = new byte[4096];
        return LatencyRow.Of("the disk alone: 4 KiB and fsync", Times(_ =>
        {
            file.Write(page);
            file.Flush(flushToDisk: true);
        }));
    }

    private static List<double> Times(Action<long> work)
    {
        var times = new List<double>();
        for (var i = 0; i < Warm + Measured; i++)
        {
            var began = Stopwatch.GetTimestamp();
            work(i);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
        }

        return times[Warm..];
    }

    private static JournalFile Open(string folder, bool isSynced)
    {
        var file = JournalFile.Open(Path(folder), "main", isSynced);
        if (!file.IsOk || file.Value.Begin(Run()) is not null)
        {
            throw new MissingPartException("the journal cannot be opened in " + folder);
        }

        return file.Value;
    }

    /// <summary>Each measurement has a file of its own.</summary>
    private static string Path(string folder) =>
        System.IO.Path.Combine(folder, Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture) + ".db");

    private static JournalRun Run() => new()
    {
        Name = "measured",
        StartedAt = default,
        Build = "",
        ConfigurationSha256 = "",
        ScriptSha256 = new Dictionary<string, string>(),
        Installation = "8KQ2",
    };

    private static PlaceOrder Intent(long seq) => new(AccountId.Main, new OrderRequest
    {
        ClientOrderId = new OrderTag(AccountId.Main, "8KQ2", 1, seq, OrderRole.Entry, 0, 1).Write(),
        Symbol = new Symbol("BTCUSDT"),
        Side = Side.Buy,
        Type = OrderType.Limit,
        Quantity = Quantity.Of(0.05m),
        Price = Price.Of(60000m),
        Protection = new AttachedProtection { StopLoss = Price.Of(59000m) },
    })
    {
        SignalId = "sma-1",
    };

    private static FillReport Fill(long seq) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(seq),
        Symbol = new Symbol("BTCUSDT"),
        ExecutionId = new ExecutionId("2c6e7c8d-58a8-4b1e-9f0e-1f6a30e3c0aa"),
        OrderId = new ExchangeOrderId("0f7a1f2d-b0a5-4c54-8b0a-9f14e7f1f3d5"),
        ClientOrderId = new OrderTag(AccountId.Main, "8KQ2", 1, seq, OrderRole.Entry, 0, 1).Write(),
        Side = Side.Buy,
        Price = Price.Of(60000m),
        Quantity = Quantity.Of(0.05m),
        Fee = 1.65m,
        FeeRate = 0.00055m,
        IsMaker = false,
    };
}
