using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Storage.Projections;

// Rows as SQLite gives them, and what they say.

internal sealed class PositionRow
{
    public long Plan { get; init; }
    public string Strategy { get; init; } = "";
    public string Symbol { get; init; } = "";
    public long Leg { get; init; }
    public string Side { get; init; } = "";
    public string Tag { get; init; } = "";
    public string Tranche { get; init; } = "";
    public string SignalId { get; init; } = "";
    public string Size { get; init; } = "";
    public string AveragePrice { get; init; } = "";
    public long OpenedMs { get; init; }
    public string Phase { get; init; } = "";
    public string? Stop { get; init; }
    public string? StopSource { get; init; }
    public string? SentStop { get; init; }

    public PlanPositionView View(IReadOnlyList<TargetView> targets) => new()
    {
        Plan = Plan,
        Strategy = new StrategyId(Strategy),
        Symbol = new Symbol(Symbol),
        Leg = (PositionIdx)Leg,
        Side = ViewText.Enum<PositionSide>(Side),
        Tag = Tag,
        Tranche = Tranche,
        SignalId = SignalId,
        Size = ViewText.Quantity(Size),
        AveragePrice = ViewText.Money(AveragePrice),
        OpenedAt = new Timestamp(OpenedMs),
        Phase = ViewText.Enum<PlanPhase>(Phase),
        Stop = ViewText.Price(Stop),
        StopSource = StopSource is null ? null : ViewText.Enum<StopSource>(StopSource),
        SentStop = ViewText.Price(SentStop),
        Targets = targets,
    };
}

internal sealed class TargetRow
{
    public long Plan { get; init; }
    public long Rung { get; init; }
    public string Price { get; init; } = "";
    public string SharePercent { get; init; } = "";
    public string Filled { get; init; } = "";
    public string? OrderId { get; init; }

    public TargetView View() =>
        new((int)Rung, ViewText.Price(Price)!.Value, ViewText.Money(SharePercent), ViewText.Quantity(Filled), OrderId);
}

internal sealed class OrderRow
{
    public string Id { get; init; } = "";
    public string? ExchangeId { get; init; }
    public long? Plan { get; init; }
    public long Number { get; init; }
    public string Role { get; init; } = "";
    public string? ClosedAs { get; init; }
    public string? ParentId { get; init; }
    public string? SignalId { get; init; }
    public string? Oco { get; init; }
    public string Strategy { get; init; } = "";
    public string Symbol { get; init; } = "";
    public string Side { get; init; } = "";
    public string Type { get; init; } = "";
    public string Quantity { get; init; } = "";
    public string Filled { get; init; } = "";
    public string? Price { get; init; }
    public string? TriggerPrice { get; init; }
    public long ReduceOnly { get; init; }
    public string Status { get; init; } = "";
    public long CreatedMs { get; init; }
    public long ChangedMs { get; init; }
    public long? EndedMs { get; init; }

    public OrderView View() => new()
    {
        Id = Id,
        ExchangeId = ExchangeId,
        Plan = Plan,
        Number = Number,
        Role = ViewText.Enum<OrderRole>(Role),
        ClosedAs = ClosedAs,
        ParentId = ParentId,
        SignalId = SignalId,
        Oco = Oco,
        Strategy = new StrategyId(Strategy),
        Symbol = new Symbol(Symbol),
        Side = ViewText.Enum<Side>(Side),
        Type = Type,
        Quantity = ViewText.Quantity(Quantity),
        Filled = ViewText.Quantity(Filled),
        Price = ViewText.Price(Price),
        TriggerPrice = ViewText.Price(TriggerPrice),
        ReduceOnly = ReduceOnly != 0,
        Status = Status,
        CreatedAt = new Timestamp(CreatedMs),
        ChangedAt = new Timestamp(ChangedMs),
        EndedAt = EndedMs is { } ended ? new Timestamp(ended) : null,
    };
}

internal sealed class TradeRow
{
    public long Record { get; init; }
    public string TradeId { get; init; } = "";
    public string Strategy { get; init; } = "";
    public string Symbol { get; init; } = "";
    public string Side { get; init; } = "";
    public string Tag { get; init; } = "";
    public string Tranche { get; init; } = "";
    public long EntryMs { get; init; }
    public string EntryPrice { get; init; } = "";
    public long ExitMs { get; init; }
    public string ExitPrice { get; init; } = "";
    public string Quantity { get; init; } = "";
    public string GrossPnl { get; init; } = "";
    public string Fees { get; init; } = "";
    public string Funding { get; init; } = "";
    public string Slippage { get; init; } = "";
    public string? R { get; init; }
    public string Mae { get; init; } = "";
    public string Mfe { get; init; } = "";
    public string ExitReason { get; init; } = "";
    public string EntryReason { get; init; } = "";
    public string SignalId { get; init; } = "";
    public string ScriptSha256 { get; init; } = "";

    public TradeRecord Trade(AccountId account) => new()
    {
        Account = account,
        TradeId = TradeId,
        Strategy = new StrategyId(Strategy),
        Symbol = new Symbol(Symbol),
        Side = ViewText.Enum<PositionSide>(Side),
        Tag = Tag,
        Tranche = Tranche,
        EntryTime = new Timestamp(EntryMs),
        EntryPrice = ViewText.Money(EntryPrice),
        ExitTime = new Timestamp(ExitMs),
        ExitPrice = ViewText.Money(ExitPrice),
        Quantity = ViewText.Quantity(Quantity),
        GrossPnl = ViewText.Money(GrossPnl),
        Fees = ViewText.Money(Fees),
        Funding = ViewText.Money(Funding),
        Slippage = ViewText.Money(Slippage),
        R = R is null ? null : ViewText.Money(R),
        Mae = ViewText.Money(Mae),
        Mfe = ViewText.Money(Mfe),
        ExitReason = ViewText.Enum<ExitReason>(ExitReason),
        EntryReason = EntryReason,
        SignalId = SignalId,
        ScriptSha256 = ScriptSha256,
    };
}

internal sealed class SeenRow
{
    public long UpdatedMs { get; init; }
    public string? Wallet { get; init; }
}
