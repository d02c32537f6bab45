using System.Globalization;
using System.Text.RegularExpressions;
using StrategyHost.Core.Domain;
using StrategyHost.Storage.Exchange;
using StrategyHost.Storage.Journal;
using StrategyHost.Storage.Projections;

namespace StrategyHost.Host.Tests.Live;

/// <summary>
/// The data of a host that stopped hours ago: every time in an account's journal and in its part of <c>exchange.db</c> is moved back, and
/// its tables are made of that. So what takes a host hours can be seen with the built program, which has no clock to turn.
/// </summary>
internal static partial class OlderData
{
    private static readonly long Begun = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();

    /// <summary>Rewrites the journal, the tables and the simulated exchange of an account of a host that is not running.</summary>
    public static void Age(string directory, AccountId account, TimeSpan by)
    {
        AgeExchange(Path.Combine(directory, "exchange.db"), account.Name, (long)by.TotalMilliseconds);
        var path = JournalFile.PathOf(directory, account.Name);
        var (runs, records) = Read(path);
        foreach (var file in Directory.GetFiles(directory, $"journal-{account.Name}.db*").Concat(
            Directory.GetFiles(directory, $"view-{account.Name}.db*")))
        {
            File.Delete(file);
        }

        Write(path, account, runs, records, (long)by.TotalMilliseconds);
        using var journal = JournalReader.Open(path).Value;
        using var tables = AccountProjection.Open(directory, account).Value;
        while (tables.Take(journal).Value > 0)
        {
        }
    }

    /// <summary>The ids of an account's orders that have ended, as its journal knows them: each stays there for ever.</summary>
    public static IReadOnlyList<string> EndedInJournal(string directory, AccountId account) =>
        [.. Read(JournalFile.PathOf(directory, account.Name)).Records.Where(r => r.Row.Kind == "OrderClosed").Select(r => r.Row.OrderId!)];

    /// <summary>Those of the orders that the tables still have.</summary>
    public static IReadOnlyList<string> InTables(string directory, AccountId account, IEnumerable<string> orders)
    {
        using var tables = AccountProjection.Open(directory, account).Value;
        return [.. orders.Where(o => tables.Tables.Order(o) is not null)];
    }

    private static void AgeExchange(string path, string account, long ms)
    {
        if (File.Exists(path))
        {
            using var store = ExchangeStore.Open(path).Value;
            Assert.Null(store.Save(store.Load().Where(t => (t.Key + "/").StartsWith($"account/{account}/", StringComparison.Ordinal))
                .ToDictionary(t => t.Key, t => Older(t.Value, ms))));
        }
    }

    private static (IReadOnlyList<JournalRun> Runs, IReadOnlyList<JournalRecord> Records) Read(string path)
    {
        using var reader = JournalReader.Open(path).Value;
        return (reader.Runs().Value, reader.After(0, int.MaxValue).Value);
    }

    private static void Write(string path, AccountId account, IReadOnlyList<JournalRun> runs, IReadOnlyList<JournalRecord> records, long ms)
    {
        using var file = JournalFile.Open(path, account.Name, isSynced: false).Value;
        foreach (var run in runs)
        {
            Assert.Null(file.Begin(run with { StartedAt = run.StartedAt.AddMs(-ms) }));
            Assert.Null(file.Append([.. records.Where(r => r.Run == run.Name).Select(r => r.Row with
            {
                Stamp = r.Row.Stamp with { At = r.Row.Stamp.At.AddMs(-ms) },
                Body = Older(r.Row.Body, ms),
            })]));
        }
    }

    /// <summary>Numbers that are ms of the last hour or the next day; no price, quantity or count is that large.</summary>
    private static string Older(string json, long ms) => Times().Replace(json, number =>
    {
        var value = long.Parse(number.Value, CultureInfo.InvariantCulture);
        return value > Begun && value < Begun + 90_000_000 ? (value - ms).ToString(CultureInfo.InvariantCulture) : number.Value;
    });

    [GeneratedRegex("(?<![0-9.\"])[0-9]{13}(?![0-9.\"])")]
    private static partial Regex Times();
}
