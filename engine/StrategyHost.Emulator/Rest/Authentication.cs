using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StrategyHost.Emulator.Rest;

/// <summary>
/// Decides whether a private request is who it says it is (Bybit V5 guide, read 2026-07-24).
/// 1. The signature is checked over the raw query and the raw body; nothing is decoded and encoded again.
/// 2. Accepted is server − window ≤ timestamp &lt; server + 1000 ms, the window being 5000 ms unless the request names another.
/// 3. The order of refusals is key, timestamp, signature, permission (the exchange's own order is not documented).
/// Written for the emulator alone: it shares no code with the adapter, so that one mistake cannot cancel another (ADR 0010).
/// </summary>
internal sealed class Authentication(IEnumerable<EmulatedAccount> accounts)
{
    private const int DefaultWindowMs = 5000;

    // The exchange documents no bound; a window of minutes is a client's mistake and would hide it here.
    private const int WindowMsMax = 60_000;
    private const int FutureMsMax = 1000;
    private readonly ConcurrentDictionary<string, EmulatedAccount> _accounts =
        new(accounts.ToDictionary(a => a.Key, StringComparer.Ordinal));

    /// <summary>Adds an account or replaces the one of the same key.</summary>
    public void Set(EmulatedAccount account) => _accounts[account.Key] = account;

    public EmulatedAccount? Find(string key) => _accounts.GetValueOrDefault(key);

    /// <summary>Every key, in the order of the keys.</summary>
    public IReadOnlyList<EmulatedAccount> All() => [.. _accounts.Values.OrderBy(a => a.Key, StringComparer.Ordinal)];

    /// <summary>The account, or the refusal to send back; never both.</summary>
    public (EmulatedAccount? Account, EmulatorReply? Refusal) Check(EmulatorRequest request, KeyPermissions needs)
    {
        var key = request.Headers["X-BAPI-API-KEY"].ToString();
        if (!_accounts.TryGetValue(key, out var account))
        {
            return (null, EmulatorReply.Refused(10003, "API key is invalid."));
        }

        if (!IsBound(account))
        {
            return (null, EmulatorReply.Refused(10010, "Unmatched IP, please check your API key's bound IP addresses."));
        }

        var (sent, window) = (request.Headers["X-BAPI-TIMESTAMP"].ToString(), request.Headers["X-BAPI-RECV-WINDOW"].ToString());
        if (TimeRefusal(sent, window, request.AtMs) is { } late)
        {
            return (null, late);
        }

        if (!IsSigned(request, account))
        {
            return (null, EmulatorReply.Refused(10004, "error sign! please check your signature generation algorithm."));
        }

        return (account.Permissions & needs) == needs
            ? (account, null)
            : (null, EmulatorReply.Refused(10005, "Permission denied, please check your API key permissions."));
    }

    /// <summary>Why a timestamp is refused; null: it is not. Texts as sent, null or empty where absent.</summary>
    public static EmulatorReply? TimeRefusal(string? sent, string? window, long atMs)
    {
        window ??= "";
        var windowMs = DefaultWindowMs;
        var isWindow = window.Length == 0
            || (int.TryParse(window, NumberStyles.None, CultureInfo.InvariantCulture, out windowMs) && windowMs is > 0 and <= WindowMsMax);
        if (!isWindow)
        {
            return EmulatorReply.Refused(10001, "recv_window invalid");
        }

        if (!long.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var timestamp))
        {
            return EmulatorReply.Refused(10002, "invalid request, please check your timestamp: it is missing or no number in ms");
        }

        return atMs - windowMs <= timestamp && timestamp < atMs + FutureMsMax
            ? null
            : EmulatorReply.Refused(
                10002,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"invalid request, req_timestamp[{timestamp}],server_timestamp[{atMs}],recv_window[{windowMs}]"));
    }

    // Every client of a loopback server comes from the loopback address.
    private static bool IsBound(EmulatedAccount account) =>
        account.Ips.Count == 0 || account.Ips.Contains("*") || account.Ips.Contains("127.0.0.1");

    private static bool IsSigned(EmulatorRequest request, EmulatedAccount account)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(account.Secret));
        foreach (var header in (string[])["X-BAPI-TIMESTAMP", "X-BAPI-API-KEY", "X-BAPI-RECV-WINDOW"])
        {
            hmac.AppendData(Encoding.UTF8.GetBytes(request.Headers[header].ToString()));
        }

        hmac.AppendData(Encoding.UTF8.GetBytes(request.RawQuery));
        hmac.AppendData(request.Body.Span);
        var expected = Convert.ToHexStringLower(hmac.GetHashAndReset());
        var given = request.Headers["X-BAPI-SIGN"].ToString();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
    }
}
