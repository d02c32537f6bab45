using StrategyHost.Bybit;
using StrategyHost.Bybit.Rest;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Live;

/// <summary>What keys and accounts must be before anything is written to them (contracts §3).</summary>
internal static class AccountChecks
{
    /// <summary>An error of this rule is no wrong configuration: the exchange did not answer.</summary>
    public const string Unanswered = "exchange_unanswered";

    /// <summary>
    /// An error of this rule passes too: the wallet is too small to set a leverage (110007, Bybit V5 error codes, read 2026-07-24).
    /// </summary>
    public const string NoMargin = "no_margin";

    /// <summary>It is nothing that the configuration could mend: worth another try.</summary>
    public static bool MayPass(Error error) => error.Rule is Unanswered or NoMargin;

    /// <summary>Reads only. All problems of all accounts. Locks: gets a lock on each account that is to be traded.</summary>
    public static async Task<IReadOnlyList<Error>> CheckAsync(
        HostOptions options, BybitConnection connection, List<FileStream>? locks, CancellationToken cancellation)
    {
        var errors = new List<Error>();
        var users = new Dictionary<long, AccountId>();
        foreach (var (account, client) in connection.Clients)
        {
            var facts = await CheckAsync(options, account, client, cancellation);
            errors.AddRange(facts.Errors);
            if (facts.IsOk && !users.TryAdd(facts.Value.UserId, account.Account))
            {
                errors.Add(Same(account, users[facts.Value.UserId], facts.Value.UserId));
            }
            else if (facts.IsOk && locks is not null)
            {
                var held = AccountLock.Hold(connection.Endpoints.Rest.Authority, facts.Value.UserId);
                errors.AddRange(held.Errors);
                locks.AddRange(held.IsOk ? [held.Value] : []);
            }
        }

        return errors;
    }

    /// <summary>Reads only: what is wrong with an account and its key, or who it is.</summary>
    public static async Task<Result<KeyFacts>> CheckAsync(
        HostOptions options, AccountOptions account, BybitRestClient client, CancellationToken cancellation)
    {
        var facts = await BybitAccountInfo.FetchAsync(client, cancellation);
        Error[] errors = facts.IsOk
            ? [.. Of(options.EffectiveMode, account, facts.Value)]
            : [.. facts.Errors.Select(e => Problem(account, e.Rule, $"its key was not taken: {e.Message}"))];
        return errors.Length == 0 ? facts.Value : Result<KeyFacts>.Failed(errors);
    }

    /// <summary>Both keys belong to one account.</summary>
    public static Error Same(AccountOptions account, AccountId other, long userId) => Problem(account, "same_account",
        $"the keys of {other} and {account.Account} belong to one account (UID {userId}); the mirror needs an account of its own");

    /// <summary>Puts leverage and position mode where the configuration wants them: the first private writes.</summary>
    public static async Task<IReadOnlyList<Error>> SetUpAsync(
        HostOptions options, AccountOptions account, BybitRestClient client, IReadOnlyList<Instrument> instruments,
        CancellationToken cancellation)
    {
        var errors = new List<Error>();
        foreach (var instrument in instruments)
        {
            var leverage = Math.Min(Math.Min(account.Leverage, instrument.MaxLeverage), options.Risk.MaxLeverage);
            var set = await BybitAccountInfo.SetLeverageAsync(client, instrument.Symbol, leverage, cancellation);
            errors.AddRange(set.Errors.Select(e => Leverage(account, e)));
            var mode = await BybitAccountInfo.SetPositionModeAsync(client, instrument.Symbol, account.PositionMode, cancellation);
            errors.AddRange(mode.Errors.Select(e => e with { Field = $"{Place(account)}.positionMode" }));
        }

        return errors;
    }

    private static IEnumerable<Error> Of(HostMode mode, AccountOptions account, KeyFacts facts)
    {
        if (mode == HostMode.Paper && facts.CanTrade)
        {
            yield return Problem(account, "key_can_trade", "this key can trade and mode paper needs none: unset it or make it read-only");
        }

        if (mode != HostMode.Paper && !facts.CanTrade)
        {
            yield return Problem(account, "key_cannot_trade", "this key may not trade contracts: it needs the rights Order and Position");
        }

        if (mode == HostMode.Live && facts.CanWithdraw)
        {
            yield return Problem(account, "key_can_withdraw",
                "this key can withdraw: make one that cannot, whoever steals it empties the account");
        }

        if (!facts.IsUnified)
        {
            yield return Problem(account, "account_not_unified", "this is no unified trading account, the only kind that is traded");
        }

        if (account.MarginMode is { } wanted && facts.MarginMode != wanted)
        {
            yield return Problem(account, "margin_mode",
                $"its margin mode is {facts.MarginMode?.ToString() ?? "not supported"}, not {wanted} as configured; change one of them");
        }
    }

    private static Error Leverage(AccountOptions account, Error error)
    {
        var placed = error with { Field = $"{Place(account)}.leverage" };
        return error.Value != "110007" ? placed : placed with
        {
            Rule = NoMargin,
            Message = $"the {account.Account} account has too little margin for its leverage to be set: {error.Message}",
        };
    }

    private static string Place(AccountOptions account) => $"accounts.{account.Account}";

    private static Error Problem(AccountOptions account, string rule, string message) =>
        new() { Field = Place(account), Rule = rule, Message = $"the {account.Account} account: {message}" };
}
