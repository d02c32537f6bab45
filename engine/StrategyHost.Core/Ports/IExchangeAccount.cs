using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Core.Ports;

/// <summary>
/// One account at an exchange, as its executor uses it. Calls return at once and never throw for anything the exchange says: all answers
/// come through <see cref="IExchangeListener"/>.
/// 1. Requests travel in two lanes: protective (trading-stops, cancels, reduce-only orders, amendments of these and of attached stops) and
/// exposure-increasing (all other orders and amendments of them). Protective ones may overtake the others, with these bounds: (a) requests
/// on one order keep their order; (b) requests of one lane on one symbol keep theirs, but a trading-stop, a close (reduce-only, market, no
/// trigger) and a cancel of an entry wait only for older ones of their own kind; (c) an exposure-increasing request does not overtake a
/// protective one on its symbol that was given before it. As long as a request has not left, a newer wish about the same thing joins it: of
/// trading-stops (Full) of a position and amendments of an order the newest values go, in the older one's place; a new order is sent as
/// amended; one that is cancelled is not sent and is reported Cancelled; an entry's amendment is dropped with its cancel. Nothing else is
/// left out, but new exposure-increasing orders that could not leave in time or are too many: they are refused, with the reason.
/// 2. Each is answered at least once: by the reports of what it did (of several that joined: of the one that was sent), or by one
/// <see cref="RefusalReport"/>. Silence is not an answer: an implementation that does not know asks the exchange until it does, and
/// meanwhile reports the order as Unknown.
/// 3. Reports of one order never go back in time; one execution is reported once.
/// Implementations: Simulation's account in process, Bybit's adapter. Both pass the ExchangeContract tests.
/// </summary>
public interface IExchangeAccount
{
    AccountId Account { get; }

    /// <summary>Sends a place, amend, cancel or trading-stop; any other effect is the caller's mistake (ArgumentException).</summary>
    void Send(AccountEffect request);

    /// <summary>Asks for the account as it is; answered by <see cref="IExchangeListener.OnSnapshot"/>.</summary>
    void AskSnapshot();
}

/// <summary>
/// Hears what an exchange says. Called from any thread, one call at a time per source; must not block: implementations put it in the inbox.
/// </summary>
public interface IExchangeListener
{
    /// <summary>Rows that arrived together. The list is the listener's from now on.</summary>
    void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports);

    void OnSnapshot(AccountSnapshot snapshot);

    void OnMarket(MarketNews news);

    void OnLink(LinkNews news);
}

/// <summary>
/// An account as the exchange shows it at one moment: nothing that was reported before it is missing from it, and what is not in it does
/// not exist. Conditional orders are among the orders, also those that belong to a position.
/// </summary>
public sealed record AccountSnapshot
{
    public required AccountId Account { get; init; }
    public required Timestamp At { get; init; }

    /// <summary>Wallet balance and equity in quote currency.</summary>
    public required decimal WalletBalance { get; init; }
    public required decimal Equity { get; init; }
    public required decimal Available { get; init; }

    /// <summary>Open positions only.</summary>
    public required IReadOnlyList<PositionReport> Positions { get; init; }
    public required IReadOnlyList<OrderReport> OpenOrders { get; init; }
}

/// <summary>What a connection carries.</summary>
public enum Link
{
    /// <summary>Market data; <see cref="LinkNews.Account"/> is null.</summary>
    Public,

    /// <summary>Reports of one account.</summary>
    Private,

    /// <summary>Requests of one account.</summary>
    Requests,
}

/// <summary>A connection came up, went down, or is open but silent for longer than it may be.</summary>
public sealed record LinkNews(Link Link, AccountId? Account, LinkState State, Timestamp At, string Why);

public enum LinkState { Down, Up, Stale }
