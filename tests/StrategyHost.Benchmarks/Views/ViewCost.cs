using System.Diagnostics;
using StrategyHost.Benchmarks.Latency;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Storage.Journal;
using StrategyHost.Storage.Projections;

namespace StrategyHost.Benchmarks.Views;

/// <summary>One account with 100,000 trades, 1,000 open orders and 1,000 that have ended: how long its tables take to make and to ask.</summary>
internal static class ViewCost
{
    private const int Trades = 100_000;
    private const long StartMs = 1_700_000_000_000;
    private const long BetweenMs = 300_000; // about a year of trades
    private static readonly StrategyId[] Strategies = [new("sma"), new("grid"), new("breakout"), new("ladder")];
    private static readonly Symbol[] Symbols = [new("BTCUSDT"), new("ETHUSDT"), new("SOLUSDT")];

    public static LatencyReport Measure()
    {
        var folder = Directory.CreateTempSubdirectory("strategyhost-bench-views-").FullName;
        try
        {
            WriteJournal(folder);
            using var projection = Value(AccountProjection.Open(folder, AccountId.Main));
            using var journal = Value(JournalReader.Open(JournalFile.PathOf(folder, "main")));
            var began = Stopwatch.GetTimestamp();
            while (Value(projection.Take(journal)) > 0)
            {
            }

            var note = $"made of {projection.TakenTo} records in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s; "
                + "each question is to be under 10 ms; times of the processor";
            return new LatencyReport("views", [.. Rows(projection.Tables)], [note]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<LatencyRow> Rows(ViewTables tables)
    {
        var end = new Timestamp(StartMs + (Trades * BetweenMs));
        yield return Row("positions with stops and targets", () => tables.Positions().Count);
        yield return Row("open orders (1,000)", () => tables.OpenOrders().Count);
        yield return Row("orders of a plan", () => tables.OrdersOf(7).Count);
        yield return Row("last 100 trades", () => tables.LastTrades(100).Count);
        yield return Row("trades of a strategy and symbol, 7 days", () =>
            tables.Trades(Strategies[0], Symbols[0], end.AddMs(-7 * 86_400_000L), end).Count);
        yield return Row("sums of all strategies, symbols and days", () => tables.Performance().Count);
        yield return Row("the account as the exchange shows it", () => tables.Seen()?.Orders.Count ?? 0);
    }

    private static LatencyRow Row(string what, Func<int> question) => Questions.Ask(what, question, "rows");

    private static void WriteJournal(string folder)
    {
        using var file = Value(JournalFile.Open(JournalFile.PathOf(folder, "main"), "main", isSynced: false));
        file.Begin(new JournalRun
        {
            Name = "views",
            StartedAt = new Timestamp(StartMs),
            Build = "",
            ConfigurationSha256 = "",
            ScriptSha256 = new Dictionary<string, string>(),
            Installation = "BNCH",
        });
        foreach (var part in Enumerable.Range(1, Trades).Chunk(10_000))
        {
            file.Append([.. part.Select(i => Row(i, new TradeClosed(Trade(i))))]);
        }

        var plans = Enumerable.Range(1, 100).Select(ViewPlans.Plan).ToArray();
        file.Append([.. plans.Select((p, i) => Row(Trades + 1, new PlanSaved(AccountId.Main, p), i)),
            Row(Trades + 1, ViewPlans.Account, plans.Length)]);
        var orders = plans.SelectMany(p => p.Orders).Where(o => !o.Order.Status.IsFinal()).Select((o, i) => Row(Trades + 2, ViewPlans.Report(o), i));
        file.Append([.. orders]);
        file.Append([Row(Trades + 3, new WalletReport { Account = AccountId.Main, At = new Timestamp(StartMs), Balance = 1m })]);
    }

    private static JournalRow Row(long seq, object what, int part = 0) =>
        JournalCodec.Encode(new JournalStamp(seq, part, new Timestamp(StartMs + (seq * BetweenMs))), what);

    private static TradeRecord Trade(int i) => new()
    {
        Account = AccountId.Main,
        Strategy = Strategies[i % Strategies.Length],
        Symbol = Symbols[i % Symbols.Length],
        Side = PositionSide.Long,
        EntryTime = new Timestamp(StartMs + ((i - 1) * BetweenMs)),
        EntryPrice = 60_000.5m,
        ExitTime = new Timestamp(StartMs + (i * BetweenMs)),
        ExitPrice = 60_100.25m,
        Quantity = Quantity.Of(0.1m),
        GrossPnl = (i % 3) - 0.9m,
        Fees = 0.06m,
        Funding = 0m,
        Slippage = 0m,
        ExitReason = ExitReason.TakeProfit,
        SignalId = "sma-1",
        ScriptSha256 = new string('a', 64),
    };

    private static T Value<T>(Result<T> result) => result.IsOk ? result.Value : throw new MissingPartException(result.Errors[0].Message);
}
