using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StrategyHost.Emulator.Rest;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Emulator.Streams;

/// <summary>
/// Checks the auth frame of the private and the trade stream: key, a moment that has not passed, HMAC (Bybit V5, read 2026-07-24).
/// </summary>
internal sealed class StreamAuthentication(Authentication accounts)
{
    /// <summary>args are key, expires in ms, signature. Refusals: 10001 form, 10003 key, 10004 expired or badly signed.</summary>
    public (EmulatedAccount? Account, Refusal Refusal) Check(string[] args, long nowMs)
    {
        if (args is not [var key, var expires, var signature])
        {
            return (null, new Refusal(10001, "Params Error"));
        }

        if (accounts.Find(key) is not { } account)
        {
            return (null, new Refusal(10003, "API key is invalid."));
        }

        if (!long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var until) || until <= nowMs)
        {
            return (null, new Refusal(10004, "Params Error: expires has passed"));
        }

        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(account.Secret), Encoding.UTF8.GetBytes("GET/realtime" + expires));
        var isSigned = CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Convert.ToHexStringLower(hash)));
        return isSigned
            ? (account, Refusal.None)
            : (null, new Refusal(10004, "error sign! please check your signature generation algorithm."));
    }
}
