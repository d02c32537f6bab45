using FsCheck.Fluent;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Accounts;

public sealed class AccountBooksTests
{
    private static FillReport Fill(decimal realised, decimal fee) => new()
    {
        Account = AccountId.Main,
        At = default,
        Symbol = new Symbol("BTCUSDT"),
        ExecutionId = new ExecutionId("e"),
        OrderId = new ExchangeOrderId("o"),
        ClientOrderId = ClientOrderId.None,
        Side = Side.Buy,
        Price = Price.Of(100m),
        Quantity = Quantity.Of(1m),
        Fee = fee,
        FeeRate = 0.001m,
        IsMaker = false,
        RealisedPnl = realised,
    };

    private static FundingReport Funding(decimal amount) => new()
    {
        Account = AccountId.Main,
        At = default,
        Symbol = new Symbol("BTCUSDT"),
        Amount = amount,
        Rate = 0,
    };

    [Fact]
    public void Balance_is_start_plus_realised_less_fees_less_funding() => Markets.Holds(
        Gen.Choose(-1_000_000, 1_000_000).Three().ListOf(),
        rows =>
        {
            var books = new AccountBooks(1000m);
            foreach (var (realised, fee, funding) in rows)
            {
                books.Apply(Fill(realised / 1e8m, fee / 1e8m));
                books.Apply(Funding(funding / 1e8m));
            }

            Assert.Equal(books.StartBalance + books.RealisedPnl - books.Fees - books.Funding, books.Balance);
        });

    [Fact]
    public void Drawdown_is_the_largest_fall_from_a_peak()
    {
        var books = new AccountBooks(1000m);
        Array.ForEach([1100.0, 1050, 1200, 900, 1500, 1300], books.Sample);

        Assert.Equal((300.0, 25.0), (books.MaxDrawdown, books.MaxDrawdownPercent));
    }

    [Fact]
    public void Run_of_prices_samples_as_one_by_one() => Markets.Holds(Gen.Choose(-100, 100).ListOf(), moves =>
    {
        var prices = moves.Select((m, i) => (100_000L + moves.Take(i + 1).Sum()) * FixedPoint.Scale).ToArray();
        var (run, single) = (new AccountBooks(1000m), new AccountBooks(1000m));
        run.Sample(prices, -99_000, 1e-9);
        Array.ForEach(prices, p => single.Sample(-99_000 + (1e-9 * p)));
        Assert.Equal((single.MaxDrawdown, single.MaxDrawdownPercent), (run.MaxDrawdown, run.MaxDrawdownPercent));
    });
}
