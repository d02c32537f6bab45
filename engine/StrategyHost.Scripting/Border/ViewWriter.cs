using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Scripting.Border;

/// <summary>
/// Copies the numbers of a <see cref="ScriptView"/> into the buffer; its texts (orders, tranches) go as JSON when a script looks.
/// </summary>
internal static class ViewWriter
{
    public static void Write(Span<double> numbers, ScriptView view, Func<Symbol, int> symbolIndex)
    {
        if (view.Positions.Count > BorderLayout.PositionsMax || view.Markets.Count > BorderLayout.MarketsMax)
        {
            throw new ArgumentException(
                $"a view holds at most {BorderLayout.PositionsMax} positions and {BorderLayout.MarketsMax} markets");
        }

        var totals = numbers.Slice(BorderLayout.View, BorderLayout.ViewPositions);
        totals[0] = view.WalletBalance;
        totals[1] = view.Available;
        totals[2] = view.Positions.Count;
        totals[3] = view.Markets.Count;
        totals[4] = view.Orders.Count;
        for (var i = 0; i < view.Positions.Count; i++)
        {
            var at = BorderLayout.View + BorderLayout.ViewPositions + (i * BorderLayout.PositionCells);
            Write(numbers.Slice(at, BorderLayout.PositionCells), view.Positions[i], symbolIndex);
        }

        for (var i = 0; i < view.Markets.Count; i++)
        {
            var at = BorderLayout.View + BorderLayout.ViewMarkets + (i * BorderLayout.MarketCells);
            Write(numbers.Slice(at, BorderLayout.MarketCells), view.Markets[i], symbolIndex);
        }
    }

    private static void Write(Span<double> cells, ScriptPosition position, Func<Symbol, int> symbolIndex)
    {
        cells[0] = symbolIndex(position.Symbol);
        cells[1] = position.Side.Sign();
        cells[2] = position.Size;
        cells[3] = position.EntryPrice;
        cells[4] = position.StopPrice;
        cells[5] = position.TrailPercent;
        cells[6] = position.OpenedAt.Ms;
        cells[7] = position.Tranches.Count;
    }

    private static void Write(Span<double> cells, ScriptMarket market, Func<Symbol, int> symbolIndex)
    {
        cells[0] = symbolIndex(market.Symbol);
        cells[1] = market.Last;
        cells[2] = market.Mark;
        cells[3] = market.Index;
        cells[4] = market.Bid;
        cells[5] = market.Ask;
        cells[6] = market.BidSize;
        cells[7] = market.AskSize;
        cells[8] = market.FundingRate;
        cells[9] = market.NextFundingTimeMs;
        cells[10] = market.MarkFollowsLast ? 1 : 0;
    }
}
