using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Exchange;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Simulation.Tests.Backtest;

/// <summary>An order-book archive without trades: the middle of the book is the last price.</summary>
public sealed class BooksOnlyTests
{
    [Fact]
    public void Strategy_of_the_book_trades_without_recorded_trades()
    {
        var script = new BookScript();
        var symbol = Backtests.Fine.Symbol;
        BookUpdate[] books = [.. Enumerable.Range(0, 40).Select(i => new BookUpdate(
            symbol, new Timestamp(1000 + (i * 100)), true, i + 1,
            [new BookLevel(FixedPoint.Units(100m + i), 50 * FixedPoint.Scale)],
            [new BookLevel(FixedPoint.Units(101m + i), 50 * FixedPoint.Scale)]))];

        var result = Backtests.Run(
            Backtests.Options(script, fill: FillModel.Book), new SymbolTape { Symbol = symbol, Book = books });

        Assert.Empty(result.Signals.Refused);
        var trade = Assert.Single(result.Trades, t => t.Account == AccountId.Main);
        Assert.Equal((103m, 121m), (trade.EntryPrice, trade.ExitPrice));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => 100.5 + i), script.Last);
    }

    /// <summary>Buys at the second book and closes at the 21st.</summary>
    private sealed class BookScript : CSharpScript
    {
        public List<double> Last { get; } = [];
        public override ScriptCallbacks Callbacks => ScriptCallbacks.OrderBook;

        protected override ScriptValue OnBook(OrderBookCall book)
        {
            Last.Add(View.Markets[0].Last);
            return Last.Count switch
            {
                2 => Signal(("action", "buy"), ("quantity", 1), ("stop_loss_percent", 50)),
                21 => Signal(("action", "close")),
                _ => default,
            };
        }
    }
}
