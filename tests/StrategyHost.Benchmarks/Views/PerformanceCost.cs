using System.Diagnostics;
using System.IO.Pipelines;
using StrategyHost.Benchmarks.Latency;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Performance;
using StrategyHost.Host.Views;

namespace StrategyHost.Benchmarks.Views;

/// <summary>
/// Two accounts with 100,000 trades, 1,000 open orders and three years of days each: what the documents <c>performance</c>, <c>orders</c> and
/// <c>status</c> cost a running host, from its state to the bytes of the answer, both accounts in each.
/// </summary>
internal static class PerformanceCost
{
    private const int Trades = 100_000;
    private const int Orders = 1000;
    private const long StartMs = 1_700_000_000_000;
    private const long BetweenMs = 900_000; // about three years of trades
    private static readonly StrategyId[] Strategies = [new("sma"), new("grid"), new("breakout"), new("ladder")];
    private static readonly Symbol[] Symbols = [new("BTCUSDT"), new("ETHUSDT"), new("SOLUSDT")];
    private static readonly Timestamp Now = new(StartMs + (Trades * BetweenMs));

    public static LatencyReport Measure()
    {
        AccountId[] accounts = [AccountId.Main, AccountId.Mirror];
        var began = Stopwatch.GetTimestamp();
        var books = accounts.ToDictionary(a => a, Book);
        var filled = Stopwatch.GetElapsedTime(began);
        var views = accounts.ToDictionary(a => a, View);
        return new LatencyReport("two accounts, 100,000 trades and 1,000 open orders each",
            [.. accounts.SelectMany(a => Rows(a.Name, [a], books, views)), .. Rows("both", accounts, books, views)],
            [$"the books took their {2 * Trades} trades in {filled.TotalSeconds:0.00} s; each question is to be under 10 ms; times of the processor"]);
    }

    /// <summary>Each question to one account alone, and to both in one answer, as the host gives it.</summary>
    private static IEnumerable<LatencyRow> Rows(
        string whose, AccountId[] of, Dictionary<AccountId, PerformanceBook> books, Dictionary<AccountId, AccountView> views)
    {
        yield return Row($"{whose}: performance by strategy", () => Bytes(of.Select(a => PerformanceBlocks.Of(Money(a), books[a], GroupBy.Strategy))));
        yield return Row($"{whose}: performance by symbol", () => Bytes(of.Select(a => PerformanceBlocks.Of(Money(a), books[a], GroupBy.Symbol))));
        yield return Row($"{whose}: orders", () => Bytes(of.Select(a => views[a].Orders())));
        yield return Row($"{whose}: status", () => Bytes(of.Select(a => Status(views[a], books[a]))));
    }

    private static LatencyRow Row(string what, Func<int> question) => Questions.Ask(what, question, "bytes");

    /// <summary>As the host answers: in pieces into a pipe.</summary>
    private static int Bytes<T>(IEnumerable<T> blocks)
    {
        using var counter = new CountingStream();
        var pipe = PipeWriter.Create(counter);
        var written = DocumentJson.WriteAsync(pipe, new Document<T>("host", Now.ToString(), [.. blocks]), CancellationToken.None);
        written.GetAwaiter().GetResult();
        pipe.Complete();
        return (int)counter.Length;
    }

    private static AccountMoneyView Money(AccountId account) => new(
        account,
        new BooksState(100_000m, 101_000m, 2_000m, 900m, 100m, 0m)
        {
            Executions = 2 * Trades,
            Curve = new EquityPeaks(103_000, 4_000, 3.9),
        },
        101_000m, 101_500m, Now);

    private static StatusBlock Status(AccountView view, PerformanceBook book) => new()
    {
        Account = view.Observed.Account.Name,
        Health = view.Health(isConnected: true, []),
        State = "running",
        WalletBalance = "101000",
        Equity = "101500",
        Available = "90000",
        Strategies = [],
        Summary = view.Summary(Metric.Of(3.9), book),
    };

    private static PerformanceBook Book(AccountId account)
    {
        var book = new PerformanceBook(account);
        for (var i = 1; i <= Trades; i++)
        {
            book.Take(Trade(account, i));
        }

        for (var day = StartMs; day < Now.Ms; day += 86_400_000)
        {
            book.Take(new EquitySample(new Timestamp(day), 100_000m + (day / 86_400_000 % 97)));
        }

        return book;
    }

    private static TradeRecord Trade(AccountId account, int i) => new()
    {
        Account = account,
        Strategy = Strategies[i % Strategies.Length],
        Symbol = Symbols[i % Symbols.Length],
        Side = PositionSide.Long,
        Tag = $"tag{i % 20}",
        EntryTime = new Timestamp(StartMs + ((i - 1) * BetweenMs)),
        EntryPrice = 60_000.5m,
        ExitTime = new Timestamp(StartMs + (i * BetweenMs)),
        ExitPrice = 60_100.25m,
        Quantity = Quantity.Of(0.1m),
        GrossPnl = (i * 7919 % 1000 / 100m) - 4.8m,
        Fees = 0.06m,
        Funding = 0m,
        Slippage = 0m,
        ExitReason = ExitReason.TakeProfit,
    };

    private static AccountView View(AccountId account)
    {
        var observed = new ObservedAccount(account);
        observed.Replace(Now, 101_000m, Symbols.Select(s => Position(account, s)), Enumerable.Range(0, Orders).Select(i => Order(account, i)));
        return new AccountView
        {
            Observed = observed,
            Now = Now,
            Leverage = 5m,
            Mark = _ => Price.Of(60_000m),
        };
    }

    private static PositionReport Position(AccountId account, Symbol symbol) => new()
    {
        Account = account,
        At = Now,
        Symbol = symbol,
        Side = PositionSide.Long,
        Size = Quantity.Of(1m),
        AveragePrice = 60_000m,
    };

    /// <summary>Ours and other people's, entries and closing ones.</summary>
    private static OrderReport Order(AccountId account, int i) => new()
    {
        Account = account,
        At = Now.AddMs(-i * 4_000L),
        Symbol = Symbols[i % Symbols.Length],
        OrderId = new ExchangeOrderId($"x{i}"),
        ClientOrderId = i % 4 == 0
            ? ClientOrderId.None
            : new Core.Orders.OrderTag(account, "BNCH", 1, i, Core.Orders.OrderRole.Entry, 0, 1).Write(),
        Status = OrderStatus.New,
        Side = i % 3 == 0 ? Side.Sell : Side.Buy,
        Type = OrderType.Limit,
        Quantity = Quantity.Of(0.01m),
        FilledQuantity = default,
        Price = Price.Of(59_000m),
        ReduceOnly = i % 5 == 0,
    };
}
