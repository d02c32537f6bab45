using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Configuration;

/// <summary>
/// Says when an account's profile does not go with its balance (contracts §3: <c>micro_cap</c> is meant for 15 to 500 and recommended below
/// 1000, <c>standard</c> from there on). Advice only: the profile of the configuration counts.
/// </summary>
internal static class ProfileAdvice
{
    private const decimal MicroCapMin = 15m;
    private const decimal StandardMin = 1000m;

    /// <summary>Of all accounts, by their start balances.</summary>
    public static IEnumerable<string> Of(HostOptions options)
    {
        AccountOptions[] accounts = options.Mirror.Enabled ? [options.Main, options.Mirror.Account] : [options.Main];
        return accounts.Select(a => Of(a.Account, a.Profile, a.StartBalance)).OfType<string>();
    }

    /// <summary>One sentence; null: the profile fits, or nothing is known of the balance. Money in quote currency.</summary>
    public static string? Of(AccountId account, AccountProfile profile, decimal balance) => (profile, balance) switch
    {
        (_, <= 0) => null,
        (_, < MicroCapMin) => $"{account} holds {balance:0.##}: less than {MicroCapMin}, for which even micro_cap is not meant; "
            + "most entries will be below the exchange's minimum",
        (AccountProfile.Standard, < StandardMin) => $"{account} holds {balance:0.##}: below {StandardMin} the profile micro_cap is "
            + $"recommended (at most 4 positions, no averaging down, one entry per symbol); set accounts.{account}.profile",
        (AccountProfile.MicroCap, >= StandardMin) => $"{account} holds {balance:0.##}: from {StandardMin} on the profile standard fits "
            + $"(at most 6 positions, several entries); set accounts.{account}.profile",
        _ => null,
    };
}
