using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange.Saved;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// One position of one account: a fold of its fills, with the Full stops that follow its size. The cost is kept as a value, so that a full
/// close is exact whatever the average price's decimals. Units of 1e-9; a price of 0 means: none.
/// </summary>
internal sealed class ExchangePosition(Desk desk, PositionIdx idx)
{
    /// <summary>The price of all entries when they had the same, else 0: spares divisions.</summary>
    private long _onePrice;

    public Desk Desk { get; } = desk;
    public PositionIdx Idx { get; } = idx;
    public PositionSide Side { get; private set; } = idx == PositionIdx.HedgeShort ? PositionSide.Short : PositionSide.Long;
    public long Size { get; private set; }

    /// <summary>Σ quantity × entry price of what is still open.</summary>
    public decimal EntryValue { get; private set; }
    public decimal Average => Size == 0 ? 0 : _onePrice != 0 ? Money.Of(_onePrice) : EntryValue / Money.Of(Size);

    /// <summary>Realised profit before costs, fees and funding of the present holding.</summary>
    public decimal Realised { get; set; }
    public decimal Costs { get; set; }

    /// <summary>Margin added (negative: taken by funding) to an isolated position.</summary>
    public decimal ExtraMargin { get; set; }

    /// <summary>
    /// An isolated position's liquidation price, kept until <see cref="Margin.Update"/>; 0: not computed, −1: not reachable.
    /// </summary>
    public long LiquidationLevel { get; set; }

    /// <summary>Initial margin as it stands in the account's total.</summary>
    public decimal HeldMargin { get; set; }
    public long OpenedMs { get; private set; }

    /// <summary>The event of the market at which it was opened from flat: its stops count from the next one.</summary>
    public long OpenedAtEvent { get; private set; } = -1;

    /// <summary>As <see cref="OpenedAtEvent"/>, for the latest fill that added.</summary>
    public long AddedAtEvent { get; private set; } = -1;

    public long StopLoss { get; set; }
    public long TakeProfit { get; set; }
    public TriggerBy StopLossBy { get; set; }
    public TriggerBy TakeProfitBy { get; set; }
    public TrailingStop Trailing { get; } = new();

    /// <summary>Creation numbers of the stops, the source of their order ids.</summary>
    public long StopLossNumber { get; set; }
    public long TakeProfitNumber { get; set; }

    public bool IsFlat => Size == 0;
    public bool HasStops => (StopLoss | TakeProfit | Trailing.Distance) != 0;

    public decimal Unrealised(long mark) => Size == 0 ? 0 : (Money.Value(Size, mark) - EntryValue) * Side.Sign();

    public void Add(PositionSide side, long quantity, long price)
    {
        if (Size == 0)
        {
            Side = side;
            OpenedAtEvent = Desk.Market.EventSeq;
            OpenedMs = Desk.Market.NowMs;
            Realised = 0;
            Costs = 0;
            ExtraMargin = 0;
            _onePrice = price;
        }

        _onePrice = _onePrice == price ? price : 0;
        AddedAtEvent = Desk.Market.EventSeq;
        EntryValue += Money.Value(quantity, price);
        Size += quantity;
    }

    /// <summary>Closes a part and gives its profit before fees, as cash.</summary>
    public decimal Reduce(long quantity, long price)
    {
        var cost = quantity == Size ? EntryValue
            : _onePrice != 0 ? Money.Value(quantity, _onePrice) : EntryValue * quantity / Size;
        EntryValue -= cost;
        Size -= quantity;
        var realised = Money.Cash((Money.Value(quantity, price) - cost) * Side.Sign());
        Realised += realised;
        return realised;
    }

    public SavedPosition Save() => new()
    {
        Idx = Idx,
        Side = Side,
        Size = Size,
        EntryValue = EntryValue,
        OnePrice = _onePrice,
        Realised = Realised,
        Costs = Costs,
        ExtraMargin = ExtraMargin,
        HeldMargin = HeldMargin,
        OpenedMs = OpenedMs,
        OpenedAtEvent = OpenedAtEvent,
        AddedAtEvent = AddedAtEvent,
        StopLoss = StopLoss,
        StopLossBy = StopLossBy,
        StopLossNumber = StopLossNumber,
        TakeProfit = TakeProfit,
        TakeProfitBy = TakeProfitBy,
        TakeProfitNumber = TakeProfitNumber,
        Trailing = Trailing.Save(),
    };

    public void Restore(SavedPosition saved)
    {
        (Side, Size, EntryValue, _onePrice) = (saved.Side, saved.Size, saved.EntryValue, saved.OnePrice);
        (Realised, Costs, ExtraMargin, HeldMargin) = (saved.Realised, saved.Costs, saved.ExtraMargin, saved.HeldMargin);
        (OpenedMs, OpenedAtEvent, AddedAtEvent) = (saved.OpenedMs, saved.OpenedAtEvent, saved.AddedAtEvent);
        (StopLoss, StopLossBy, StopLossNumber) = (saved.StopLoss, saved.StopLossBy, saved.StopLossNumber);
        (TakeProfit, TakeProfitBy, TakeProfitNumber) = (saved.TakeProfit, saved.TakeProfitBy, saved.TakeProfitNumber);
        Trailing.Restore(saved.Trailing);
    }

    /// <summary>Takes all Full stops away; true when there was one.</summary>
    public bool ClearStops()
    {
        var had = HasStops;
        StopLoss = 0;
        TakeProfit = 0;
        Trailing.Clear();
        return had;
    }
}
