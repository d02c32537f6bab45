using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Risk;

/// <summary>What of an account a person means: all of it, or one strategy, or one symbol, or one strategy on one symbol.</summary>
public sealed record HaltScope(StrategyId? Strategy, Symbol? Symbol)
{
    /// <summary>The whole account.</summary>
    public static readonly HaltScope All = new(null, null);

    public bool Covers(StrategyId strategy, Symbol symbol) =>
        (Strategy is null || Strategy == strategy) && (Symbol is null || Symbol == symbol);

    /// <summary>Whatever the other means, this one means too.</summary>
    public bool Contains(HaltScope other) =>
        (Strategy is null || Strategy == other.Strategy) && (Symbol is null || Symbol == other.Symbol);

    /// <summary>For people: <c>everything</c>, <c>strategy sma</c>, <c>BTCUSDT</c>, <c>strategy sma on BTCUSDT</c>.</summary>
    public override string ToString() => (Strategy, Symbol) switch
    {
        (null, null) => "everything",
        ({ } strategy, null) => $"strategy {strategy}",
        (null, { } symbol) => symbol.ToString(),
        ({ } strategy, { } symbol) => $"strategy {strategy} on {symbol}",
    };
}

/// <summary>
/// A person's word that an account enters nothing in a scope (contracts §1, <c>halt</c>): from a moment on, up to another one or until
/// <c>resume</c>. Exits, stops and trails go on. Times are those of events.
/// </summary>
/// <param name="Scope">What is halted.</param>
/// <param name="From">The first moment that is halted.</param>
/// <param name="Until">The first moment that is not halted any more; null: until somebody resumes.</param>
/// <param name="By">Who said so, for example <c>command line</c>.</param>
/// <param name="IsOn">It has begun: resting entries have been taken back.</param>
public sealed record Halt(HaltScope Scope, Timestamp From, Timestamp? Until, string By, bool IsOn)
{
    public bool Holds(Timestamp at) => at >= From && !IsOver(at);

    public bool IsOver(Timestamp at) => Until <= at;

    /// <summary>Another of the same scope that holds when this one begins, or begins before this one has ended.</summary>
    public bool Meets(Halt other) => other.Scope == Scope && !other.IsOver(From) && !IsOver(other.From);

    /// <summary>The same for as long as the longer of two says: what was promised is kept, whoever says less later.</summary>
    public Halt Joined(Halt other) => this with
    {
        Until = Until is { } end && other.Until is { } later ? (end > later ? end : later) : null,
    };

    /// <summary>The next moment at which it begins or ends.</summary>
    public Timestamp NextDue => !IsOn ? From : Until ?? Timestamp.MaxValue;
}
