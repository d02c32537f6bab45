using System.Globalization;
using StrategyHost.Scripting.Border;

namespace StrategyHost.Scripting.JavaScriptCore;

/// <summary>Reads JavaScriptCore's <c>stack</c>: one <c>function@file:line:column</c> per line, innermost first.</summary>
internal static class StackText
{
    /// <summary>The innermost frame outside the prelude, or null.</summary>
    public static SourcePlace? Place(string? stack, string mainFile)
    {
        foreach (var line in (stack ?? "").Split('\n'))
        {
            var rest = line[(line.IndexOf('@', StringComparison.Ordinal) + 1)..];
            var columnAt = rest.LastIndexOf(':');
            var lineAt = columnAt > 0 ? rest.LastIndexOf(':', columnAt - 1) : -1;
            if (lineAt > 0 && int.TryParse(rest.AsSpan(lineAt + 1, columnAt - lineAt - 1), CultureInfo.InvariantCulture, out var lineNumber)
                && int.TryParse(rest.AsSpan(columnAt + 1), CultureInfo.InvariantCulture, out var column) && rest[..lineAt] != Prelude.File)
            {
                return new SourcePlace(rest[..lineAt].Length == 0 ? mainFile : rest[..lineAt], lineNumber, column);
            }
        }

        return null;
    }
}
