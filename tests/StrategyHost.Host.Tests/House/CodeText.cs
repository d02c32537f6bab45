namespace StrategyHost.Host.Tests.House;

/// <summary>
/// C# text with comments, strings and characters blanked out, line breaks kept, so that braces and words can be counted without a compiler.
/// Interpolated strings are blanked whole, their holes included.
/// </summary>
internal static class CodeText
{
    public static string Blank(string source)
    {
        var code = source.ToCharArray();
        var i = 0;
        while (i < code.Length)
        {
            var end = EndOfToken(source, i);
            if (end == i)
            {
                i++;
                continue;
            }

            for (; i < end; i++)
            {
                code[i] = code[i] == '\n' ? '\n' : ' ';
            }
        }

        return new string(code);
    }

    /// <summary>Behind the comment, string, character or directive that begins here; the same place where none does.</summary>
    private static int EndOfToken(string source, int i)
    {
        var rest = source.AsSpan(i);
        if (rest.StartsWith("//") || (rest[0] == '#' && IsLineStart(source, i)))
        {
            return EndAt(source, "\n", i);
        }

        if (rest.StartsWith("/*"))
        {
            return EndAt(source, "*/", i + 2);
        }

        if (rest[0] == '\'')
        {
            return EndOfQuoted(source, i + 1, '\'');
        }

        var quote = i;
        while (quote < source.Length && source[quote] is '$' or '@')
        {
            quote++;
        }

        return quote < source.Length && source[quote] == '"' ? EndOfString(source, i, quote) : i;
    }

    private static int EndOfString(string source, int start, int quote)
    {
        var quotes = 0;
        while (quote + quotes < source.Length && source[quote + quotes] == '"')
        {
            quotes++;
        }

        var prefix = source[start..quote];
        if (quotes >= 3)
        {
            return EndAt(source, new string('"', quotes), quote + quotes);
        }

        if (prefix.Contains('@', StringComparison.Ordinal))
        {
            var i = quote + 1;
            while (i < source.Length && (source[i] != '"' || (i + 1 < source.Length && source[i + 1] == '"')))
            {
                i += source[i] == '"' ? 2 : 1;
            }

            return Math.Min(i + 1, source.Length);
        }

        return prefix.Contains('$', StringComparison.Ordinal) ? EndOfInterpolated(source, quote + 1) : EndOfQuoted(source, quote + 1, '"');
    }

    /// <summary>Holes may hold strings of their own.</summary>
    private static int EndOfInterpolated(string source, int i)
    {
        var depth = 0;
        while (i < source.Length)
        {
            var letter = source[i];
            if (depth == 0 && letter == '"')
            {
                return i + 1;
            }

            if (depth > 0 && EndOfToken(source, i) is var end && end > i)
            {
                i = end;
                continue;
            }

            var isDoubled = depth == 0 && letter is '{' or '}' && i + 1 < source.Length && source[i + 1] == letter;
            depth += isDoubled ? 0 : letter == '{' ? 1 : letter == '}' ? -1 : 0;
            i += isDoubled || letter == '\\' ? 2 : 1;
        }

        return source.Length;
    }

    private static int EndOfQuoted(string source, int i, char quote)
    {
        while (i < source.Length && source[i] != quote && source[i] != '\n')
        {
            i += source[i] == '\\' ? 2 : 1;
        }

        return Math.Min(i + 1, source.Length);
    }

    private static int EndAt(string source, string mark, int from)
    {
        var found = source.IndexOf(mark, from, StringComparison.Ordinal);
        return found < 0 ? source.Length : mark == "\n" ? found : found + mark.Length;
    }

    private static bool IsLineStart(string source, int i)
    {
        var line = source.LastIndexOf('\n', Math.Max(0, i - 1)) + 1;
        return i == 0 || source.AsSpan(line, i - line).IsWhiteSpace();
    }
}
