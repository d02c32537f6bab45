using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Operating;

/// <summary>
/// A person wants entries off, or on again: of one account or each, one strategy or all, one symbol or all. Until: when it ends by itself.
/// By: who, as the journal keeps it, for example <c>command line</c> or <c>telegram 12345</c>.
/// </summary>
internal sealed record HaltRequest(HaltOrder Order, AccountId? Account, HaltScope Scope, Timestamp? Until, string By)
{
    private const int NameMax = 64;

    /// <summary>The query of the host's address.</summary>
    public string Query
    {
        get
        {
            var parts = new (string Name, string? Value)[]
            {
                ("account", Account?.Name), ("strategy", Scope.Strategy?.Name), ("symbol", Scope.Symbol?.Name),
                ("until", Until?.ToString()), ("by", By),
            };
            return "?" + string.Join('&', parts.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
        }
    }

    /// <summary>Reads what <see cref="Query"/> wrote. A time that cannot be read is far in the past, which is refused.</summary>
    public static HaltRequest Read(HaltOrder order, Func<string, string?> query) => new(
        order,
        query("account") is { Length: > 0 } account ? new AccountId(account) : null,
        new HaltScope(
            query("strategy") is { Length: > 0 } strategy ? new StrategyId(strategy) : null,
            query("symbol") is { Length: > 0 } symbol ? new Symbol(symbol) : null),
        query("until") is { Length: > 0 } until ? UtcTime.TryParse(until) ?? default(Timestamp) : null,
        query("by") is { Length: > 0 } by ? by[..Math.Min(by.Length, NameMax)] : "somebody");

    /// <summary>Why a session cannot do it, in words for who asked; null: it can.</summary>
    public async Task<string?> ObjectionAsync(LiveSession session) => Objection(
        session.Options.Mirror.Enabled, [.. session.Strategies.Select(s => s.Strategy.Name)],
        [.. (await SymbolsAsync(session)).Select(s => s.Name)], session.Loop.LastAt);

    /// <summary>What the versions that run now trade, and what is open; not only what the run began with.</summary>
    public static Task<Symbol[]> SymbolsAsync(LiveSession session) => session.Loop.AskAsync((kernel, _) => kernel.Lanes
        .SelectMany(l => l.Setup.Symbols).Concat(kernel.Accounts.SelectMany(a => a.Plans).Select(p => p.Symbol)).Distinct().ToArray());

    /// <summary>As the other; symbols empty: they are not known.</summary>
    public string? Objection(bool hasMirror, IReadOnlyList<string> strategies, IReadOnlyList<string> symbols, Timestamp now)
    {
        if (Account is { } account && account != AccountId.Main && !(hasMirror && account == AccountId.Mirror))
        {
            return $"there is no account {account} here; there {(hasMirror ? "are: main, mirror" : "is: main")}";
        }

        if (Scope.Strategy is { } strategy && !strategies.Contains(strategy.Name))
        {
            return $"no strategy {strategy} runs; there are: {string.Join(", ", strategies)}";
        }

        if (Scope.Symbol is { } symbol && symbols.Count > 0 && !symbols.Contains(symbol.Name))
        {
            return $"no strategy trades {symbol}; they trade: {string.Join(", ", symbols)}";
        }

        return Until is { } until && until <= now ? $"--until {until} is past; it is {now}" : null;
    }

    /// <summary>The input of the kernel that it is, on one account. Id: of a request that was kept while no host ran.</summary>
    public OperatorAsked Input(AccountId account, Timestamp at, string? id = null) => Order == HaltOrder.Halt
        ? new HaltAsked(account, Scope, By) { At = at, Until = Until, Request = id }
        : new ResumeAsked(account, Scope, By) { At = at, Until = Until, Request = id };
}
