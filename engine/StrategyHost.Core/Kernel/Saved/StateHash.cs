using System.Security.Cryptography;
using System.Text;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>
/// SHA-256 of a saved state, as 64 lower-case hexadecimal characters: equal for equal states, whatever way they came. The order of accounts
/// and plans and the trailing zeros of decimals do not count.
/// </summary>
public static class StateHash
{
    public static string Of(SavedEngine saved)
    {
        var ordered = new SavedEngine
        {
            Accounts = [.. saved.Accounts.OrderBy(a => a.Account.Name, StringComparer.Ordinal)],
            Plans = [.. saved.Plans.OrderBy(p => p.Account.Name, StringComparer.Ordinal).ThenBy(p => p.Number)],
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.Unicode.GetBytes(StateText.Of(ordered))));
    }
}
