using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Core.Kernel;

/// <summary>Prices that move: the market first, then each account, then what ties the mirror to main.</summary>
internal sealed class MarketMoves(MarketBoard market, AccountKernel[] accounts, MirrorSync? sync)
{
    public void Advance(KlineBlock block, int from, int to, Timestamp at, EffectList effects)
    {
        var moved = market[block.Symbol];
        moved.Remember(block, from, to);
        var count = to - from;
        moved.HasTrades |= count > 0;
        Move(moved, block.High.AsSpan(from, count), block.Low.AsSpan(from, count), block.Close.AsSpan(from, count), at, effects);
    }

    public void Advance(TradeBlock block, int from, int to, Timestamp at, EffectList effects)
    {
        var prices = block.Price.AsSpan(from, to - from);
        var moved = market[block.Symbol];
        moved.HasTrades |= !prices.IsEmpty;
        Move(moved, prices, prices, prices, at, effects);
    }

    public void Advance(BookChanged input, EffectList effects)
    {
        var moved = market[input.Symbol];
        if (moved.Take(input.Bids.Count > 0 ? input.Bids[0] : default, input.Asks.Count > 0 ? input.Asks[0] : default))
        {
            Move(moved, [moved.Last], [moved.Last], [moved.Last], input.At, effects);
        }
    }

    private void Move(
        SymbolMarket moved, ReadOnlySpan<long> high, ReadOnlySpan<long> low, ReadOnlySpan<long> close, Timestamp at, EffectList effects)
    {
        if (close.IsEmpty)
        {
            return;
        }

        moved.Last = close[^1];
        foreach (var account in accounts)
        {
            account.MoveMarket(moved, high, low, close, at, effects);
        }

        sync?.Look(hasMoved: true, at, effects);
    }
}
