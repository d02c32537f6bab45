namespace StrategyHost.Core.Domain;

/// <summary>
/// One of the accounts that the host trades: <see cref="Main"/> or <see cref="Mirror"/>. Their money is never added (rule 13).
/// </summary>
public readonly record struct AccountId(string Name)
{
    public static readonly AccountId Main = new("main");
    public static readonly AccountId Mirror = new("mirror");
    public override string ToString() => Name;
}

/// <summary>A strategy as the user names it: its file name without folder and extension.</summary>
public readonly record struct StrategyId(string Name)
{
    public override string ToString() => Name;
}

/// <summary>An instrument's name as on the exchange, upper case, for example <c>BTCUSDT</c>.</summary>
public readonly record struct Symbol(string Name)
{
    public override string ToString() => Name;
}

/// <summary>
/// The orderLinkId: ours, deterministic, at most 36 of <c>[A-Za-z0-9_-]</c>, never reused (Bybit V5 create-order, read 2026-07-24).
/// </summary>
public readonly record struct ClientOrderId(string Value)
{
    public static readonly ClientOrderId None = new("");
    public bool IsNone => string.IsNullOrEmpty(Value);
    public override string ToString() => Value ?? "";
}

/// <summary>The exchange's own order id.</summary>
public readonly record struct ExchangeOrderId(string Value)
{
    public override string ToString() => Value ?? "";
}

/// <summary>The exchange's id of one execution (fill); unique together with the symbol.</summary>
public readonly record struct ExecutionId(string Value)
{
    public override string ToString() => Value ?? "";
}
