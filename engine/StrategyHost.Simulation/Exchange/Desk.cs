using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange.Saved;

namespace StrategyHost.Simulation.Exchange;

/// <summary>One account's open orders (in creation order) and positions on one symbol.</summary>
internal sealed class Desk
{
    private readonly ExchangePosition[] _positions;
    private decimal _leverage;
    private long _rangePrice;
    private bool _isRangePaused;

    public Desk(ExchangeAccount account, Market market)
    {
        Account = account;
        Market = market;
        PositionMode = account.PositionMode;
        Leverage = Math.Min(account.Leverage, market.Instrument.MaxLeverage);
        _positions = [new(this, PositionIdx.OneWay), new(this, PositionIdx.HedgeLong), new(this, PositionIdx.HedgeShort)];
    }

    public ExchangeAccount Account { get; }
    public Market Market { get; }
    public PositionMode PositionMode { get; set; }
    public decimal Leverage
    {
        get => _leverage;
        set
        {
            _leverage = value;
            MarginRate = 1m / value;
        }
    }

    /// <summary>1 ÷ leverage.</summary>
    public decimal MarginRate { get; private set; }
    public List<ExchangeOrder> Orders { get; } = [];
    public ExchangePosition[] Positions => _positions;

    /// <summary>
    /// Price of this desk's latest fill inside the bar that is being played; 0: none. What "current price" means to its requests.
    /// </summary>
    public long RangePrice
    {
        get => _rangePrice;
        set
        {
            Account.IsChanged |= value != _rangePrice;
            _rangePrice = value;
        }
    }

    /// <summary>The account's last order number when the range of the bar began.</summary>
    public long RangeNumber { get; set; }

    /// <summary>The range of the bar stopped after a fill, so that the caller may answer it.</summary>
    public bool IsRangePaused
    {
        get => _isRangePaused;
        set
        {
            Account.IsChanged |= value != _isRangePaused;
            _isRangePaused = value;
        }
    }

    public bool IsIdle => Orders.Count == 0 && _positions[0].IsFlat && _positions[1].IsFlat && _positions[2].IsFlat;

    public ExchangePosition Position(PositionIdx idx) => _positions[(int)idx];

    /// <summary>Current price that a trigger or a stop of this account is compared with.</summary>
    public long Reference(TriggerBy by) => Market.Follows(by) == TriggerBy.Last && RangePrice != 0 ? RangePrice : Market.Reference(by);

    public SavedDesk Save() => new()
    {
        Symbol = Market.Instrument.Symbol.Name,
        PositionMode = PositionMode,
        Leverage = Leverage,
        RangePrice = RangePrice,
        IsRangePaused = IsRangePaused,
        RangeNumber = RangeNumber,
        Positions = [.. Positions.Select(p => p.Save())],
        Orders = [.. Orders.Select(SavedOrders.Of)],
    };

    public ExchangeOrder? Find(ClientOrderId id)
    {
        foreach (var order in Orders)
        {
            if (order.ClientOrderId == id)
            {
                return order;
            }
        }

        return null;
    }

    public ExchangeOrder? Find(ExchangeOrderId id)
    {
        foreach (var order in Orders)
        {
            if (order.Id == id)
            {
                return order;
            }
        }

        return null;
    }
}
