using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange;
using Xunit;

namespace StrategyHost.Simulation.Tests.Backtest;

/// <summary>
/// Work W2's rules against a plain loop with the assumptions of fills.md: a stop on its tick, a triggered stop at the next trade's price, a
/// target at its own price. With them the loop on W2's own data gives the command's figures to the cent, and without them the known ones.
/// </summary>
public sealed class W2Tests
{
    private const int Period = 200;
    private const int Every = 100;
    private const decimal Fee = 0.00055m;

    [Theory]
    [InlineData(1, "0.000000001")]
    [InlineData(1, "0.1")]
    [InlineData(2, "0.5")]
    [InlineData(3, "0.1")]
    public void Trades_and_equity_are_those_of_a_plain_loop(int seed, string tick)
    {
        var instrument = Backtests.Fine with
        {
            TickSize = Price.Of(decimal.Parse(tick, System.Globalization.CultureInfo.InvariantCulture)),
        };
        var trades = RandomMarket.Trades(instrument.Symbol, seed, 40_000);
        var options = Backtests.Options(new EmaScript(Period, Every), fill: FillModel.Cross, instrument: instrument);

        var result = Backtests.Run(options, new SymbolTape { Symbol = instrument.Symbol, Trades = trades });

        var (count, equity) = PlainLoop(trades, instrument.TickSize.Value);
        Assert.InRange(count, 20, 400);
        Assert.Equal(count, result.Trades.Count(t => t.Account == AccountId.Main));
        Assert.Equal(decimal.Round(equity, 6), decimal.Round(result.Accounts[0].EndEquity, 6)); // cash is kept to 8 decimals
    }

    private static (int Trades, decimal Equity) PlainLoop(TradeBlock trades, decimal tick)
    {
        var script = new EmaScript(Period, Every);
        decimal cash = 100_000m, position = 0, stop = 0, target = 0;
        var (pending, count, isTriggered) = (0, 0, false);
        for (var i = 0; i < trades.Count; i++)
        {
            var price = FixedPoint.ToDecimal(trades.Price[i]);
            if (pending != 0)
            {
                position = pending * 0.1m;
                stop = Beyond(price * (1 - (pending * 0.001m)), pending);
                target = Beyond(price * (1 + (pending * 0.002m)), pending);
                cash -= (position * price) + (0.1m * price * Fee);
                pending = 0;
            }
            else if (position != 0)
            {
                var sign = Math.Sign(position);
                decimal? exit = isTriggered ? price : (price - target) * sign > 0 ? target : null;
                isTriggered = exit is null && (price - stop) * sign <= 0;
                cash += exit is { } at ? (position * at) - (0.1m * at * Fee) : 0;
                (position, count) = exit is null ? (position, count) : (0, count + 1);
            }

            var side = script.Decide(trades.Price[i]);
            pending = position == 0 ? side : 0;
        }

        return (count, cash + (position * FixedPoint.ToDecimal(trades.Price[^1])));

        // A long's stop and target both round up: never looser, never worse.
        decimal Beyond(decimal level, int side) => (side > 0 ? decimal.Ceiling(level / tick) : decimal.Floor(level / tick)) * tick;
    }
}
