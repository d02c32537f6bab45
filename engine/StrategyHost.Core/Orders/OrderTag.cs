using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Orders;

/// <summary>What an order is for; a letter in its id. Exit stands for closes by signal, time, group and emergency.</summary>
public enum OrderRole { Entry, Exit, Target, Stop }

/// <summary>
/// The orderLinkId codec: <c>S1</c>, account (M or R), installation (4), <c>-</c>, strategy (3), <c>-</c>, plan (7), <c>-</c>, role letter,
/// index, generation, check character, in Crockford base 32. The generation has 2 characters up to 1,023 and 5 from there on, up to
/// 33,554,431: 25 or 28 of the 36 characters that Bybit V5 create-order allows (read 2026-07-24). The same parts always give the same
/// id, and nothing in it comes from a clock or from chance (rule 11).
/// </summary>
public readonly record struct OrderTag(
    AccountId Account, string Installation, int Strategy, long Plan, OrderRole Role, int Index, int Generation)
{
    /// <summary>Installation of backtests and simulation.</summary>
    public const string Simulation = "0000";

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const string Roles = "ECTS";

    /// <summary>Every open order of every view is asked for its tag: each character is looked up, not searched.</summary>
    private static readonly sbyte[] Digits =
        [.. Enumerable.Range(0, 128).Select(c => (sbyte)Alphabet.IndexOf((char)c, StringComparison.Ordinal))];
    private const int GenerationAt = 22;
    private const int ShortGeneration = 2;
    private const int LongGeneration = 5;
    private const int ShortGenerationMax = (1 << (5 * ShortGeneration)) - 1;

    /// <summary>
    /// A name for one run among about a million, so that its ids do not meet those of earlier runs on the same account. The caller gives
    /// the chance: a number from 0 to below its argument.
    /// </summary>
    public static string NewInstallation(Func<int, int> below)
    {
        Span<char> text = stackalloc char[4];
        Number(text, 1 + below((1 << 20) - 1)); // 0 is the simulation's
        return new string(text);
    }

    public ClientOrderId Write()
    {
        if (Installation.Length != 4 || Number(Installation) is null)
        {
            throw new ArgumentException($"an installation is 4 of {Alphabet}", nameof(Installation));
        }

        var digits = Generation <= ShortGenerationMax ? ShortGeneration : LongGeneration;
        var check = GenerationAt + digits;
        Span<char> text = stackalloc char[GenerationAt + LongGeneration + 1];
        text = text[..(check + 1)];
        text[0] = 'S';
        text[1] = '1';
        text[2] = Account == AccountId.Main ? 'M' : 'R';
        Installation.AsSpan(0, 4).CopyTo(text[3..]);
        text[7] = '-';
        Number(text.Slice(8, 3), Strategy);
        text[11] = '-';
        Number(text.Slice(12, 7), Plan);
        text[19] = '-';
        text[20] = Roles[(int)Role];
        Number(text.Slice(21, 1), Index);
        Number(text[GenerationAt..check], Generation);
        text[check] = Check(text[..check]);
        return new ClientOrderId(new string(text));
    }

    /// <summary>Reads an id of ours; false for foreign ones and for those whose check character does not fit.</summary>
    public static bool TryRead(string id, out OrderTag tag)
    {
        tag = default;
        var check = id.Length - 1;
        var digits = check - GenerationAt;
        if (digits is not (ShortGeneration or LongGeneration) || !id.StartsWith("S1", StringComparison.Ordinal)
            || id[7] != '-' || id[11] != '-' || id[19] != '-' || id[2] is not ('M' or 'R')
            || Check(id.AsSpan(0, check)) != id[check] || Roles.IndexOf(id[20], StringComparison.Ordinal) < 0
            || Number(id.AsSpan(3, 4)) is null || Number(id.AsSpan(8, 3)) is not { } strategy || Number(id.AsSpan(12, 7)) is not { } plan
            || Number(id.AsSpan(21, 1)) is not { } index || Number(id.AsSpan(GenerationAt, digits)) is not { } generation
            || (generation <= ShortGenerationMax) != (digits == ShortGeneration)) // one id for one order
        {
            return false;
        }

        var role = (OrderRole)Roles.IndexOf(id[20], StringComparison.Ordinal);
        tag = new OrderTag(
            id[2] == 'M' ? AccountId.Main : AccountId.Mirror, id[3..7], (int)strategy, plan, role, (int)index, (int)generation);
        return true;
    }

    private static void Number(Span<char> into, long value)
    {
        for (var i = into.Length - 1; i >= 0; i--)
        {
            into[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }

        if (value != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(value), "the counter does not fit its place in the order id");
        }
    }

    private static long? Number(ReadOnlySpan<char> text)
    {
        var value = 0L;
        foreach (var c in text)
        {
            var digit = Digit(c);
            if (digit < 0)
            {
                return null;
            }

            value = (value << 5) | (uint)digit;
        }

        return value;
    }

    /// <summary>Value of a character; -1: it is none of the alphabet.</summary>
    private static int Digit(char c) => c < Digits.Length ? Digits[c] : -1;

    private static char Check(ReadOnlySpan<char> text)
    {
        var sum = 0;
        foreach (var c in text)
        {
            // An odd factor modulo 32: any one changed character of the alphabet changes the sum. The others are fixed and compared.
            sum = ((sum * 3) + Digit(c)) & 31;
        }

        return Alphabet[sum];
    }
}
