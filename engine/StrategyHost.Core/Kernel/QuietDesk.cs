using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Whether events of a symbol may come as one quiet run: every script is idle, at most one hears them, and no plan forbids it.
/// </summary>
internal sealed class QuietDesk(TrailMode mode, StrategyLane[] lanes, AccountKernel[] accounts, MirrorSync? mirror)
{
    public QuietScan Scan { get; } = new(mode);

    /// <summary>A run of this series is given to a script, which then says how many rows it took.</summary>
    public bool IsHeard(KlineBlock block)
    {
        foreach (var lane in lanes)
        {
            if (!lane.IsParked && lane.Trades(block.Symbol) && lane.Keeps(block.Interval))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>As <see cref="IsHeard(KlineBlock)"/>, for trades.</summary>
    public bool IsHeard(TradeBlock block)
    {
        foreach (var lane in lanes)
        {
            if (lane.Trades(block.Symbol) && lane.Has(ScriptCallbacks.Trade))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Prepares the scan; false when the next events of the symbol have to come one by one.</summary>
    public bool Begin(Symbol symbol, ScriptCallbacks callback)
    {
        if (mirror?.IsWatching(symbol) == true)
        {
            return false;
        }

        StrategyLane? listener = null;
        foreach (var lane in lanes)
        {
            if (!lane.IsIdle)
            {
                return false;
            }

            if (callback == ScriptCallbacks.Trade && lane.Has(ScriptCallbacks.Ticker) && lane.Trades(symbol))
            {
                return false; // on_ticker is called for each trade
            }

            var hears = callback == ScriptCallbacks.Trade ? lane.Has(callback) : !lane.IsParked;
            if (hears && lane.Trades(symbol))
            {
                if (listener is not null)
                {
                    return false; // two listeners could stop at different rows
                }

                listener = lane;
            }
        }

        var leading = listener?.Leading.OpenPlan(listener.Setup.Strategy, symbol);
        Scan.Begin(leading);
        foreach (var account in accounts)
        {
            if (!account.AddOpen(symbol, Scan))
            {
                return false;
            }
        }

        return true;
    }
}
