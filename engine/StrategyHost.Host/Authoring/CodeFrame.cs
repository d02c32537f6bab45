using System.Globalization;
using System.Text;

namespace StrategyHost.Host.Authoring;

/// <summary>Some lines of a source with a pointer below the place, as compilers show it; empty where the place is unknown.</summary>
internal static class CodeFrame
{
    private const int Before = 2;
    private const int WidthMax = 72;

    public static string Of(string source, int line, int? column)
    {
        var lines = source.Split('\n');
        if (line < 1 || line > lines.Length)
        {
            return "";
        }

        var text = new StringBuilder();
        var digits = line.ToString(CultureInfo.InvariantCulture).Length;
        for (var i = Math.Max(1, line - Before); i <= line; i++)
        {
            var shown = lines[i - 1].TrimEnd('\r').Replace('\t', ' ');
            shown = shown.Length > WidthMax ? shown[..WidthMax] + "…" : shown;
            var number = i.ToString(CultureInfo.InvariantCulture).PadLeft(digits);
            text.Append(i == line ? "> " : "  ").Append(number).Append(" | ").Append(shown).Append('\n');
        }

        if (column is > 0 and <= WidthMax)
        {
            text.Append(' ', digits + 2).Append(" | ").Append(' ', column.Value - 1).Append("^\n");
        }

        return text.ToString().TrimEnd('\n');
    }
}
