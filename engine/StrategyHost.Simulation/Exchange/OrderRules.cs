using System.Buffers;
using System.Globalization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// What a new or amended order must satisfy, in the order of bybit-v5 §2.2: quantity, minimum, maximum, tick, value, position mode,
/// trigger, stops, reduce-only, limits on open orders, id, margin. Codes and words: Bybit V5, read 2026-07-24.
/// </summary>
internal static class OrderRules
{
    public const int Parameter = 10001;
    private const int LinkIdLength = 36;
    private static readonly SearchValues<char> LinkIdLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    private static readonly Refusal WrongIdx = new(Parameter, "position idx not match position mode");

    /// <summary>Checks all but margin, which needs the order. Takes the id when nothing else is wrong.</summary>
    public static Refusal Check(Desk desk, OrderRequest request, ExchangeSwitches switches)
    {
        var refusal = Quantity(desk.Market.Instrument, request);
        refusal = refusal.IsRefused ? refusal : Prices(desk, request);
        refusal = refusal.IsRefused ? refusal : Mode(desk.PositionMode, request.PositionIdx);
        refusal = refusal.IsRefused || request.Trigger is not { } trigger ? refusal : TriggerSide(desk, trigger);
        refusal = refusal.IsRefused ? refusal : Attached(desk, request, switches);
        refusal = refusal.IsRefused ? refusal : ReduceOnly(desk, request, switches);
        refusal = refusal.IsRefused ? refusal : Limits(desk, request, switches);
        return refusal.IsRefused ? refusal : LinkId(desk.Account, request.ClientOrderId);
    }

    public static Refusal Mode(PositionMode mode, PositionIdx idx) =>
        (mode == PositionMode.OneWay) == (idx == PositionIdx.OneWay) ? Refusal.None : WrongIdx;

    /// <summary>The reference must not have reached the trigger (equality has).</summary>
    public static Refusal TriggerSide(Desk desk, in Trigger trigger)
    {
        if (trigger.Direction is not (TriggerDirection.Rise or TriggerDirection.Fall))
        {
            return new Refusal(Parameter, "TriggerDirection invalid");
        }

        var current = desk.Reference(trigger.By);
        if (current == 0 || !Triggers.IsReached(trigger.Direction, trigger.Price.Units, current))
        {
            return Refusal.None;
        }

        var (wanted, now) = (E8(trigger.Price.Units), $"current[{E8(current)}]??{Name(trigger.By)}");
        return trigger.Direction == TriggerDirection.Rise
            ? new Refusal(110092, $"expect Rising, but trigger_price[{wanted}] <= {now}")
            : new Refusal(110093, $"expect Falling, but trigger_price[{wanted}] >= {now}");
    }

    /// <summary>A long's stop is below and its target above the base price; a short's the other way round.</summary>
    public static Refusal StopSide(PositionSide side, bool isStop, long price, (long Price, TriggerBy By) against)
    {
        var mustBeLower = isStop == (side == PositionSide.Long);
        if (against.Price == 0 || (mustBeLower ? price < against.Price : price > against.Price))
        {
            return Refusal.None;
        }

        var position = side == PositionSide.Long ? "Buy" : "Sell";
        return new Refusal(
            Parameter,
            $"{(isStop ? "StopLoss" : "TakeProfit")}:{E8(price)} set for {position} position should {(mustBeLower ? "lower" : "higher")} "
            + $"than base_price:{E8(against.Price)}??{Name(against.By)}");
    }

    public static Refusal Tick(Instrument instrument, Price price) =>
        price.Units > 0 && instrument.IsOnTick(price) ? Refusal.None : new Refusal(Parameter, $"price invalid: {price}");

    /// <summary>Where an order is expected to fill: limit, trigger, or the current price.</summary>
    public static long ExpectedPrice(Desk desk, OrderRequest request)
    {
        var last = desk.Reference(TriggerBy.Last);
        if (request.Type == OrderType.Limit && request.Price is { } limit)
        {
            var crosses = request.Trigger is null && last != 0 && Taking.Crosses(request.Side, limit.Units, last);
            return crosses ? last : limit.Units;
        }

        return request.Trigger?.Price.Units ?? last;
    }

    private static Refusal Quantity(Instrument instrument, OrderRequest request)
    {
        var quantity = request.Quantity;
        if (quantity.IsZero && request is { ReduceOnly: true, CloseOnTrigger: true })
        {
            return Refusal.None;
        }

        if (quantity.Units <= 0 || !instrument.IsOnStep(quantity))
        {
            return new Refusal(Parameter, $"Qty invalid: {quantity} is not a multiple of {instrument.QtyStep}");
        }

        if (quantity < instrument.MinQty)
        {
            return new Refusal(Parameter, $"The number of contracts exceeds minimum limit allowed: {quantity} < {instrument.MinQty}");
        }

        var most = request.Type == OrderType.Market ? instrument.MaxMarketQty : instrument.MaxLimitQty;
        return quantity > most
            ? new Refusal(Parameter, $"The number of contracts exceeds maximum limit allowed: {quantity} > {most}")
            : Refusal.None;
    }

    private static Refusal Prices(Desk desk, OrderRequest request)
    {
        var instrument = desk.Market.Instrument;
        if (request.Type == OrderType.Limit && request.Price is null)
        {
            return new Refusal(Parameter, "price is required for a Limit order");
        }

        var refusal = request is { Type: OrderType.Limit, Price: { } price } ? Tick(instrument, price) : Refusal.None;
        refusal = refusal.IsRefused || request.Trigger is not { } trigger ? refusal : Tick(instrument, trigger.Price);
        if (refusal.IsRefused)
        {
            return refusal;
        }

        var expected = ExpectedPrice(desk, request);
        if (expected == 0)
        {
            return new Refusal(110118, "no market price yet");
        }

        var closes = request.ReduceOnly || request.CloseOnTrigger || instrument.MinNotional == 0;
        return !closes && Money.Value(request.Quantity.Units, expected) < instrument.MinNotional
            ? new Refusal(110094, $"Order does not meet minimum order value {instrument.MinNotional}USDT")
            : Refusal.None;
    }

    private static Refusal Attached(Desk desk, OrderRequest request, ExchangeSwitches switches)
    {
        if (request.Protection is not { } protection)
        {
            return Refusal.None;
        }

        if (request.ReduceOnly)
        {
            return new Refusal(Parameter, "TP/SL cannot be attached to a reduce-only order");
        }

        if (protection.Mode == TpslMode.Full && (protection.StopLossLimit ?? protection.TakeProfitLimit) is not null)
        {
            return new Refusal(Parameter, "tpOrderType and slOrderType must be Market in Full mode");
        }

        var expected = ExpectedPrice(desk, request);
        var refusal = Level(desk, request, (protection.StopLoss, IsStop: true, protection.StopLossBy), expected);
        refusal = refusal.IsRefused
            ? refusal
            : Level(desk, request, (protection.TakeProfit, IsStop: false, protection.TakeProfitBy), expected);
        return refusal.IsRefused ? refusal : PartialStops.CheckCount(desk, request.PositionIdx, protection, switches);
    }

    private static Refusal Level(Desk desk, OrderRequest request, (Price? Price, bool IsStop, TriggerBy By) level, long expected)
    {
        if (level.Price is not { Units: not 0 } price)
        {
            return Refusal.None;
        }

        var refusal = Tick(desk.Market.Instrument, price);
        return refusal.IsRefused ? refusal : StopSide(request.Side.Opens(), level.IsStop, price.Units, (expected, level.By));
    }

    private static Refusal ReduceOnly(Desk desk, OrderRequest request, ExchangeSwitches switches)
    {
        if (!request.ReduceOnly || (request.Trigger is not null && !switches.ConditionalReduceOnlyNeedsPosition))
        {
            return Refusal.None;
        }

        var position = desk.Position(request.PositionIdx);
        if (position.IsFlat)
        {
            return new Refusal(110017, "current position is zero, cannot fix reduce-only order qty");
        }

        return position.Side == request.Side.Opens() ? new Refusal(110017, "Reduce-only rule not satisfied") : Refusal.None;
    }

    private static Refusal Limits(Desk desk, OrderRequest request, ExchangeSwitches switches)
    {
        if (desk.Orders.Count < Math.Min(switches.ConditionalLimit, switches.ActiveLimit) && !switches.CountTpslInConditionalLimit)
        {
            return Refusal.None;
        }

        if (request.Trigger is null)
        {
            var active = desk.Orders.Count(o => o.Stage is OrderStage.Resting or OrderStage.Pending);
            return active >= switches.ActiveLimit ? new Refusal(110020, "Not allowed to have more than 500 active orders") : Refusal.None;
        }

        var conditional = desk.Orders.Count(o => o.IsUserConditional || (switches.CountTpslInConditionalLimit && o.IsPartialTpsl));
        conditional += switches.CountTpslInConditionalLimit ? desk.Positions.Sum(FullStops) : 0;
        return conditional >= switches.ConditionalLimit
            ? new Refusal(110009, $"already had {conditional} working normal stop orders")
            : Refusal.None;
    }

    private static int FullStops(ExchangePosition position) =>
        (position.StopLoss != 0 ? 1 : 0) + (position.TakeProfit != 0 ? 1 : 0) + (position.Trailing.Distance != 0 ? 1 : 0);

    private static Refusal LinkId(ExchangeAccount account, ClientOrderId id)
    {
        if (id.IsNone)
        {
            return Refusal.None;
        }

        if (id.Value.Length > LinkIdLength)
        {
            return new Refusal(Parameter, $"order link id is longer than {LinkIdLength}");
        }

        if (id.Value.AsSpan().ContainsAnyExcept(LinkIdLetters))
        {
            return new Refusal(Parameter, $"orderLinkId invalid: {id}");
        }

        return account.LinkIds.Add(id.Value) ? Refusal.None : new Refusal(110072, "OrderLinkedID is duplicate");
    }

    private static string Name(TriggerBy by) => by switch
    {
        TriggerBy.Last => "LastPrice",
        TriggerBy.Mark => "MarkPrice",
        TriggerBy.Index => "IndexPrice",
    };

    /// <summary>Bybit writes prices in these texts as integers of 1e-8.</summary>
    private static string E8(long units) => (units / 10).ToString(CultureInfo.InvariantCulture);
}
