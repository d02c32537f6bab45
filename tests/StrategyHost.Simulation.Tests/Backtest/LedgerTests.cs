using StrategyHost.Core.Domain;
using StrategyHost.Core.Risk;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Tests.Scenarios;
using Xunit;

namespace StrategyHost.Simulation.Tests.Backtest;

/// <summary>
/// The ledger of each account, exact in decimal: start balance + realised profit − fees − funding = the exchange's wallet. The host's side is
/// its own fold of executions; the exchange keeps its wallet by itself.
/// </summary>
public sealed class LedgerTests
{
    public static TheoryData<int, bool> Seeds
    {
        get
        {
            var seeds = new TheoryData<int, bool>();
            foreach (var seed in Enumerable.Range(1, 12))
            {
                seeds.Add(seed, false);
                seeds.Add(seed, true);
            }

            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Sums_of_each_account_are_its_wallet_over_any_trading_with_funding(int seed, bool onTicks)
    {
        var result = RandomSignalLaws.Market(seed, onTicks).WithMirror()
            .WithEngine(o => o with
            {
                Instruments = [.. o.Instruments.Select(i => i with { HasFunding = true, FundingIntervalMinutes = 1, TakerFee = 0.00055m })],
            }).Run().Result;

        Assert.All(result.Accounts, Balances);
        Assert.All(result.Accounts, a => Assert.True(onTicks || a.Funding != 0m, "no stamp met a position")); // ticks last three minutes
        foreach (var account in result.Accounts.Where(a => a.OpenPositions == 0))
        {
            // Records have 8 decimals: each may be off by half of the last one in four sums.
            var trades = result.Trades.Where(t => t.Account == account.Account).ToArray();
            Assert.InRange(Math.Abs(account.RealisedPnl - trades.Sum(t => t.GrossPnl)), 0m, 0.00000001m * (trades.Length + 1));
            Assert.InRange(Math.Abs(account.Funding - trades.Sum(t => t.Funding)), 0m, 0.00000001m * (trades.Length + 1));
        }
    }

    [Theory]
    [InlineData("buy quantity=400 stop_loss=70", "100 100 60 60")]
    [InlineData("sell quantity=400 stop_loss=130", "100 140 100 140")]
    public void Sums_are_the_wallet_after_a_liquidation(string signal, string candle)
    {
        var result = Scenario.Candles("100", "100", candle, "100")
            .WithEngine(o => o with { Risk = new RiskSettings { MaxOrderNotionalPercent = 1000m } })
            .At(0, signal).WithMirror().Run().Result;

        Assert.Contains(result.Trades, t => t.ExitReason == ExitReason.Liquidation);
        Assert.All(result.Accounts, Balances);
    }

    [Fact]
    public void No_record_of_an_account_carries_the_others_ids()
    {
        var result = RandomSignalLaws.Market(4, onTicks: false).WithMirror().Run().Result;

        Assert.Contains(result.Trades, t => t.Account == AccountId.Mirror);
        Assert.All(result.Trades, t => Assert.StartsWith($"{t.Account}-", t.TradeId, StringComparison.Ordinal));
        Assert.Equal(result.Trades.Count, result.Trades.Select(t => t.TradeId).Distinct().Count());
        var owners = result.Orders.Where(o => Core.Orders.OrderTag.TryRead(o.OrderLinkId, out _)).ToArray();
        Assert.NotEmpty(owners);
        foreach (var order in owners)
        {
            Core.Orders.OrderTag.TryRead(order.OrderLinkId, out var tag);
            Assert.Equal(order.Account, tag.Account);
        }
    }

    private static void Balances(AccountResult account) =>
        Assert.Equal(account.WalletBalance, account.StartEquity + account.RealisedPnl - account.Fees - account.Funding);
}
