using System.Buffers;
using System.Globalization;
using System.Text;

namespace StrategyHost.Simulation.Reports;

/// <summary>
/// Plain decimal text of numbers in reports: invariant, no exponent, no trailing zeros, no negative zero. Money is rounded to
/// <see cref="Decimals"/> places (half to even), which removes the 28-digit tails of averages and keeps every exact cent.
/// </summary>
internal static class DecimalText
{
    public const int Decimals = 12;
    private const int LengthMax = 64;

    public static string Of(decimal value)
    {
        Span<byte> buffer = stackalloc byte[LengthMax];
        return Encoding.ASCII.GetString(buffer[..Format(value, buffer)]);
    }

    /// <summary>
    /// 15 significant digits, as many as a double has for certain. Magnitudes are bounded by <see cref="Core.Accounts.Metric"/>.
    /// </summary>
    public static string Of(double value) => Of((decimal)value);

    public static void Write(IBufferWriter<byte> output, decimal value) => output.Advance(Format(value, output.GetSpan(LengthMax)));

    private static int Format(decimal value, Span<byte> buffer)
    {
        // "G" without a precision never writes an exponent for a decimal and keeps its trailing zeros.
        var rounded = value.Scale > Decimals ? decimal.Round(value, Decimals) : value;
        if (rounded == 0 || !rounded.TryFormat(buffer, out var length, "G", CultureInfo.InvariantCulture))
        {
            buffer[0] = (byte)'0';
            return 1;
        }

        if (!buffer[..length].Contains((byte)'.'))
        {
            return length;
        }

        while (buffer[length - 1] == '0')
        {
            length--;
        }

        return buffer[length - 1] == '.' ? length - 1 : length;
    }
}
