using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Sets, moves and removes the stops of a position (Bybit V5 trading-stop, read 2026-07-24; semantics bybit-v5 §4.3, §7.4).
/// </summary>
internal sealed class TradingStops(ReportWriter reports, ExchangeSwitches switches)
{
    private static readonly Refusal NotModified = new(34040, "not modified");
    private readonly AttachedStops _attached = new(reports, switches);

    public void Set(Desk desk, TradingStop request)
    {
        var refusal = OrderRules.Mode(desk.PositionMode, request.PositionIdx);
        var position = desk.Position(request.PositionIdx);
        if (!refusal.IsRefused && position.IsFlat)
        {
            refusal = new Refusal(OrderRules.Parameter, "can not set tp/sl/ts for zero position");
        }

        refusal = refusal.IsRefused ? refusal : CheckPrices(position, request);
        if (!refusal.IsRefused)
        {
            refusal = request.Mode == TpslMode.Full ? SetFull(position, request) : AddPartial(position, request);
        }

        if (refusal.IsRefused)
        {
            reports.StopRefusal(desk, request.PositionIdx, refusal);
            return;
        }

        desk.Market.IsTouched = true;
        reports.Position(position);
    }

    private static Refusal CheckPrices(ExchangePosition position, TradingStop request)
    {
        var refusal = CheckLevel(position, request.StopLoss, isStop: true, request.StopLossBy);
        refusal = refusal.IsRefused ? refusal : CheckLevel(position, request.TakeProfit, isStop: false, request.TakeProfitBy);
        return refusal.IsRefused ? refusal : CheckTrailing(position, request);
    }

    private static Refusal CheckLevel(ExchangePosition position, Price? level, bool isStop, TriggerBy by)
    {
        if (level is not { Units: not 0 } price)
        {
            return Refusal.None;
        }

        var refusal = OrderRules.Tick(position.Desk.Market.Instrument, price);
        return refusal.IsRefused ? refusal : OrderRules.StopSide(position.Side, isStop, price.Units, (position.Desk.Reference(by), by));
    }

    /// <summary>Distance in whole ticks; activation on the profitable side of the last price.</summary>
    private static Refusal CheckTrailing(ExchangePosition position, TradingStop request)
    {
        var instrument = position.Desk.Market.Instrument;
        if (request.TrailingDistance is { } distance && (distance.Units < 0 || !instrument.IsOnTick(distance)))
        {
            return new Refusal(OrderRules.Parameter, $"trailingStop invalid: {distance}");
        }

        if (request.ActivationPrice is not { Units: not 0 } activation)
        {
            return Refusal.None;
        }

        var last = position.Desk.Reference(TriggerBy.Last);
        var isProfitable = position.Side == PositionSide.Long ? activation.Units > last : activation.Units < last;
        return isProfitable && instrument.IsOnTick(activation)
            ? Refusal.None
            : new Refusal(OrderRules.Parameter, $"activePrice invalid: {activation}");
    }

    private Refusal SetFull(ExchangePosition position, TradingStop request)
    {
        var changed = SetStopLoss(position, request) | SetTakeProfit(position, request) | SetTrailing(position, request);
        return changed ? Refusal.None : NotModified;
    }

    private static bool SetStopLoss(ExchangePosition position, TradingStop request)
    {
        if (request.StopLoss is not { } stop || (stop.Units == position.StopLoss && request.StopLossBy == position.StopLossBy))
        {
            return false;
        }

        position.StopLossNumber = position.StopLoss == 0 ? ReportWriter.NextOrderNumber(position.Desk) : position.StopLossNumber;
        position.StopLoss = stop.Units;
        position.StopLossBy = request.StopLossBy;
        return true;
    }

    private static bool SetTakeProfit(ExchangePosition position, TradingStop request)
    {
        if (request.TakeProfit is not { } target || (target.Units == position.TakeProfit && request.TakeProfitBy == position.TakeProfitBy))
        {
            return false;
        }

        position.TakeProfitNumber = position.TakeProfit == 0 ? ReportWriter.NextOrderNumber(position.Desk) : position.TakeProfitNumber;
        position.TakeProfit = target.Units;
        position.TakeProfitBy = request.TakeProfitBy;
        return true;
    }

    private bool SetTrailing(ExchangePosition position, TradingStop request)
    {
        var trailing = position.Trailing;
        if (request.TrailingDistance is not { } distance)
        {
            return false;
        }

        var activation = request.ActivationPrice?.Units ?? 0;
        if (distance.Units == trailing.Distance && (activation == trailing.Activation || request.ActivationPrice is null))
        {
            return false;
        }

        if (distance.Units == 0)
        {
            trailing.Clear();
        }
        else if (trailing.Distance != 0 && request.ActivationPrice is null && !switches.TrailingRestartsOnModify)
        {
            trailing.Resize(distance.Units);
        }
        else
        {
            var number = trailing.Distance == 0 ? ReportWriter.NextOrderNumber(position.Desk) : trailing.Number;
            trailing.Set(number, distance.Units, activation, position.Desk.Reference(TriggerBy.Last));
        }

        return true;
    }

    /// <summary>Each call adds a pair.</summary>
    private Refusal AddPartial(ExchangePosition position, TradingStop request)
    {
        if (request.Size is not { Units: > 0 } size || !position.Desk.Market.Instrument.IsOnStep(size))
        {
            return new Refusal(OrderRules.Parameter, "tpSize/slSize invalid");
        }

        var free = switches.PartialsMayOverlap
            ? position.Size
            : PartialStops.Uncovered(position, request.StopLoss is not null, request.TakeProfit is not null);
        if (size.Units > free)
        {
            return new Refusal(110058, "TP/SL size is larger than what of the position has none");
        }

        var protection = new AttachedProtection
        {
            Mode = TpslMode.Partial,
            StopLoss = NotZero(request.StopLoss),
            TakeProfit = NotZero(request.TakeProfit),
            StopLossBy = request.StopLossBy,
            TakeProfitBy = request.TakeProfitBy,
            StopLossLimit = request.StopLossLimit,
            TakeProfitLimit = request.TakeProfitLimit,
        };
        if (protection.StopLoss is null && protection.TakeProfit is null)
        {
            return SetTrailing(position, request) ? Refusal.None : NotModified;
        }

        var refusal = PartialStops.CheckCount(position.Desk, position.Idx, protection, switches);
        if (!refusal.IsRefused)
        {
            _attached.OpenPair(position, protection, size.Units);
            SetTrailing(position, request);
        }

        return refusal;
    }

    private static Price? NotZero(Price? price) => price is { Units: 0 } ? null : price;
}
