using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>A person, or another program, with the same accounts: cancels, moves stops, closes, adds, places orders of its own.</summary>
internal sealed class Hands(WorldOptions options, Truth truth, VirtualTime time)
{
    private readonly Dictionary<AccountId, Dice> _dice = new()
    {
        [AccountId.Main] = Dice.Of(options.Seed, "hands/main"),
        [AccountId.Mirror] = Dice.Of(options.Seed, "hands/mirror"),
    };
    private int _number;

    public void Look(AccountId account, SimMarket market, FaultPlan faults)
    {
        var dice = _dice[account];
        if (faults.Hits(FaultKind.OrderCancelledByHand, account.Name))
        {
            Cancel(account, dice);
        }

        var positions = Positions(account, market);
        if (faults.Hits(FaultKind.StopTakenByHand, account.Name) && positions.Count > 0)
        {
            MoveStop(account, market, positions[dice.Int(0, positions.Count - 1)], dice);
        }

        if (faults.Hits(FaultKind.PositionChangedByHand, account.Name))
        {
            Change(account, market, positions, dice);
        }

        if (faults.Hits(FaultKind.ForeignOrders, account.Name) && positions.Count > 0)
        {
            Place(account, market, positions[0], dice);
        }
    }

    private List<PositionState> Positions(AccountId account, SimMarket market) =>
        [.. truth.Exchange.Positions(account).Where(p => p.Symbol == market.Symbol)];

    private void Cancel(AccountId account, Dice dice)
    {
        OpenOrderState[] own = [.. truth.Exchange.OpenOrders(account).Where(o => OrderTag.TryRead(o.ClientOrderId.Value ?? "", out _))];
        if (own.Length > 0)
        {
            var order = own[dice.Int(0, own.Length - 1)];
            truth.Do(e => e.Cancel(account, order.Symbol, order.OrderId, new Timestamp(time.NowMs)));
        }
    }

    private void MoveStop(AccountId account, SimMarket market, PositionState position, Dice dice)
    {
        var tight = (decimal)(dice.LogUniform(0.002, 0.05) * position.Side.Sign());
        var level = dice.Chance(0.5) ? new Price(0) : market.Instrument.TickDown(market.Last.Value * (1 - tight));
        truth.Do(e => e.SetTradingStop(account, new TradingStop
        {
            Symbol = position.Symbol,
            PositionIdx = position.PositionIdx,
            StopLoss = level,
        }, new Timestamp(time.NowMs)));
    }

    private void Change(AccountId account, SimMarket market, List<PositionState> positions, Dice dice)
    {
        var kind = dice.Int(0, 2);
        var size = market.Instrument.FloorQuantity((decimal)(dice.LogUniform(20, 1000) / (double)market.Last.Value));
        if (positions.Count == 0 && kind != 2)
        {
            return;
        }

        var position = positions.Count == 0 ? null : positions[dice.Int(0, positions.Count - 1)];
        var isHedge = account == AccountId.Main && options.Mode == PositionMode.Hedge;
        var side = position?.Side ?? PositionSide.Long;
        var request = new OrderRequest
        {
            ClientOrderId = new ClientOrderId($"hand-{++_number}"),
            Symbol = market.Symbol,
            Side = kind == 2 ? side.OpeningSide() : side.ClosingSide(),
            Type = OrderType.Market,
            Quantity = kind == 0 ? Quantity.Min(position!.Size, market.Instrument.MaxMarketQty) : size, // there is one
            PositionIdx = position?.PositionIdx ?? (isHedge ? PositionIdx.HedgeLong : PositionIdx.OneWay),
            ReduceOnly = kind != 2,
        };
        truth.Do(e => e.Place(account, request, new Timestamp(time.NowMs)));
    }

    private void Place(AccountId account, SimMarket market, PositionState position, Dice dice)
    {
        var far = (decimal)dice.LogUniform(0.2, 0.5) * position.Side.Sign();
        var request = new OrderRequest
        {
            ClientOrderId = new ClientOrderId($"grid-stop-{++_number}"),
            Symbol = market.Symbol,
            Side = position.Side.ClosingSide(),
            Type = OrderType.Market,
            Quantity = market.Instrument.MinQty,
            PositionIdx = position.PositionIdx,
            ReduceOnly = true,
            Trigger = new Trigger(
                market.Instrument.TickDown(market.Last.Value * (1 - far)),
                position.Side == PositionSide.Long ? TriggerDirection.Fall : TriggerDirection.Rise, TriggerBy.Last),
        };
        truth.Do(e => e.Place(account, request, new Timestamp(time.NowMs)));
    }
}
