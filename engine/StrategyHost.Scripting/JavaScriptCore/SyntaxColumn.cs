namespace StrategyHost.Scripting.JavaScriptCore;

/// <summary>
/// JavaScriptCore names the line of a syntax error but no column. The engine itself tells it: a line break put before a word of that line
/// moves the error one line down when the parser stopped at that word or behind it, and leaves it where it was when it stopped before. So
/// the last word that the break moves (or mends, where a semicolon is inserted) is where the parser stopped.
/// </summary>
internal static class SyntaxColumn
{
    private const int CharactersMax = 200_000;
    private const int WordsMax = 100;

    /// <summary>
    /// The 0-based offset in <paramref name="text"/>, or null where it cannot be told. <paramref name="check"/> gives line and message of
    /// the error in a text, null for none; <paramref name="from"/> and <paramref name="to"/> bound the line of the error.
    /// </summary>
    public static int? Find(string text, int from, int to, Func<string, SyntaxStop?> check)
    {
        if (text.Length > CharactersMax || check(text) is not { } stop)
        {
            return null;
        }

        var words = Words(text, from, to);
        if (words.Count is 0 or > WordsMax)
        {
            return null;
        }

        for (var i = words.Count - 1; i >= 0; i--)
        {
            if (check(text.Insert(words[i], "\n")) != stop)
            {
                return IsNameBefore(text, words, i, stop.Message) ? words[i - 1] : words[i];
            }
        }

        return null;
    }

    /// <summary>A name that is taken already ("Cannot declare ...: 'x'.") is noticed one word late.</summary>
    private static bool IsNameBefore(string text, List<int> words, int at, string message)
    {
        if (at == 0 || !message.Contains("Cannot declare", StringComparison.Ordinal))
        {
            return false;
        }

        var name = text[words[at - 1]..WordEnd(text, words[at - 1], text.Length)];
        return message.Contains($"'{name}'", StringComparison.Ordinal);
    }

    /// <summary>
    /// Where words, texts and signs of the line begin; a break inside a text or a regular expression would be an error itself.
    /// </summary>
    private static List<int> Words(string text, int from, int to)
    {
        var words = new List<int>();
        var isOperand = false; // a slash behind an operand divides, elsewhere it begins a regular expression
        for (var at = from; at < to;)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
                continue;
            }

            if (c == '/' && at + 1 < to && text[at + 1] == '/')
            {
                break;
            }

            words.Add(at);
            var isQuoted = c is '"' or '\'' or '`' || (c == '/' && !isOperand);
            at = isQuoted ? Closing(text, at, to) : IsWord(c) ? WordEnd(text, at, to) : at + 1;
            isOperand = isQuoted || IsWord(c) || c is ')' or ']' or '}';
        }

        return words;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$' or '\\' or '#';

    private static int WordEnd(string text, int at, int to)
    {
        while (at < to && IsWord(text[at]))
        {
            at++;
        }

        return at;
    }

    private static int Closing(string text, int at, int to)
    {
        var quote = text[at];
        for (at++; at < to && text[at] != quote; at++)
        {
            at += text[at] == '\\' ? 1 : 0;
        }

        return Math.Min(at + 1, to);
    }
}

/// <summary>Where and why the parser stopped.</summary>
internal readonly record struct SyntaxStop(int Line, string Message);
