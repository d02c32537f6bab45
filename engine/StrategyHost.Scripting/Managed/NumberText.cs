using System.Globalization;
using StrategyHost.Scripting.Border;

namespace StrategyHost.Scripting.Managed;

/// <summary>Number texts that Jint 2.10.4 gets wrong (script-engine §7).</summary>
internal static class NumberText
{
    /// <summary><c>Number.prototype.toFixed</c> (ECMA-262 21.1.3.3): the exact binary value, ties away from zero.</summary>
    public static string Fixed(string number, string digits)
    {
        var x = double.Parse(number, CultureInfo.InvariantCulture);
        if (!double.TryParse(digits, CultureInfo.InvariantCulture, out var count) || count is not (>= 0 and <= 100))
        {
            throw new ScriptRefusalException("toFixed: digits must be from 0 to 100");
        }

        if (double.IsNaN(x) || Math.Abs(x) >= 1e21)
        {
            return double.IsNaN(x) ? "NaN" : double.IsInfinity(x) ? (x > 0 ? "Infinity" : "-Infinity") : number;
        }

        return (x == 0 ? 0.0 : x).ToString("F" + ((int)count).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
