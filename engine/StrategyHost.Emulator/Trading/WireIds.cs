using System.Globalization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Emulator.Trading;

/// <summary>
/// Order and execution ids as clients see them: UUID texts, as the exchange's are, made from the simulated exchange's numbers. The salt
/// differs from start to start, so that a client that remembers ids never meets them again. Same salt, same ids.
/// </summary>
internal sealed class WireIds(long salt)
{
    private const ulong Odd = 0x9E3779B97F4A7C15;

    /// <summary>Orders are numbered by account, so the user is part of the id.</summary>
    public string Order(long uid, ExchangeOrderId id) => Text('o', uid, Number(id.Value));

    public string Execution(long uid, ExecutionId id) => Text('e', uid, Number(id.Value));

    /// <summary>Id of anything else that is numbered: trades, connections, messages.</summary>
    public string Other(char kind, long number) => Text(kind, 0, number);

    /// <summary>The number in an exchange's id: creation order.</summary>
    public static long Number(string id) => long.Parse(id.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture);

    private string Text(char kind, long uid, long number)
    {
        var high = Mix(((ulong)salt * Odd) + ((ulong)kind << 56) + ((ulong)uid << 32) + (ulong)number);
        var low = Mix(high ^ (ulong)number ^ Odd);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{high >> 32:x8}-{(high >> 16) & 0xffff:x4}-4{high & 0xfff:x3}-{0x8000 | ((low >> 48) & 0x3fff):x4}-")
            + (low & 0xffff_ffff_ffff).ToString("x12", CultureInfo.InvariantCulture);
    }

    private static ulong Mix(ulong value)
    {
        value += Odd;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
