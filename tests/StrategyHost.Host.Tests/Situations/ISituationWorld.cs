using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Core.Settings;

namespace StrategyHost.Host.Tests.Situations;

/// <summary>
/// An exchange with two accounts and one market that only the test moves, a person at it beside the host, and what the host needs to trade
/// there. What is true is asked of the exchange, never of the host.
/// </summary>
internal interface ISituationWorld : IAsyncDisposable
{
    Instrument Instrument { get; }
    TimeProvider Time { get; }

    /// <summary>How often the host compares; short where time is real.</summary>
    long AuditMs { get; }

    /// <summary>Connects the host, which has done everything that it heard of when it is idle.</summary>
    Task OpenAsync(IExchangeListener listener, Func<bool> isIdle);

    /// <summary>The host is gone, its adapters with it.</summary>
    Task CloseAsync();

    /// <summary>The host's way to one account.</summary>
    IExchangeAccount Account(AccountId account);

    /// <summary>Everything between the market and this price happens before it returns.</summary>
    Task PriceAsync(decimal price);

    /// <summary>Somebody with another client asks for something and the exchange takes it.</summary>
    Task ByHandAsync(AccountEffect request);

    /// <summary>The host's requests on an account fail from now on, or no more.</summary>
    Task BreakAsync(AccountId account, bool isBroken);

    Task<AccountTruth> TruthAsync(AccountId account);

    /// <summary>Lets time pass until nothing is wrong (null), or fails with what is.</summary>
    Task UntilAsync(Func<Task<string?>> problem);
}

/// <summary>The instrument of all situations: BTCUSDT, and the same with little on its book.</summary>
internal static class SituationMarket
{
    public static readonly Symbol Btc = new("BTCUSDT");
    public static readonly StrategyId Strategy = new("situation");
    public const decimal Balance = 1_000_000m;
    public const decimal StartPrice = 60_000m;
    public const int BookLevels = 200;

    /// <summary>Books count in lots: smaller lots make a book on which half a coin is much.</summary>
    public static Instrument Instrument(bool isThin) => Instruments.KnownInstruments.Find(Btc)! with
    {
        HasFunding = false,
        QtyStep = Quantity.Of(isThin ? 0.000001m : 0.001m),
        MinQty = Quantity.Of(isThin ? 0.000001m : 0.001m),
    };

    public static StrategySetup Setup(StrategySettings settings, Core.Strategies.IScriptInstance script) => new()
    {
        Strategy = Strategy,
        Settings = settings,
        Symbols = [Btc],
        Callbacks = script.Callbacks,
        ScriptSha256 = script.Sha256,
    };
}
