using System.Text.RegularExpressions;

namespace StrategyHost.Host.Tests.House;

/// <summary>A member of a type: its head up to the body or the end, its place, its parameters (−1: it has no parameter list).</summary>
internal sealed record CodeMember(string Head, int Line, int Lines, int Parameters)
{
    public bool IsMethod => Parameters >= 0;
}

/// <summary>Members of all types of a file, found by matching braces in blanked text (<see cref="CodeText"/>).</summary>
internal static partial class CodeMembers
{
    public static IReadOnlyList<CodeMember> Of(string source)
    {
        var members = new List<CodeMember>();
        Walk(CodeText.Blank(source), 0, isType: false, members);
        return members;
    }

    /// <summary>Reads declarations up to the brace that closes this block; answers the place behind it.</summary>
    private static int Walk(string code, int i, bool isType, List<CodeMember> members)
    {
        var start = i;
        var depth = 0;
        while (i < code.Length)
        {
            var letter = code[i];
            depth += letter is '(' or '[' ? 1 : letter is ')' or ']' ? -1 : 0;
            if (depth == 0 && letter == '}')
            {
                return i + 1;
            }

            if (depth == 0 && letter == '{')
            {
                var head = code[start..i];
                var holdsMembers = TypeHead().IsMatch(head) || NamespaceHead().IsMatch(head);
                i = holdsMembers ? Walk(code, i + 1, TypeHead().IsMatch(head), members) : EndOfBlock(code, i);
                i = holdsMembers ? i : EndOfTail(code, i);
                if (isType || holdsMembers)
                {
                    members.Add(Member(code, start, i, holdsMembers));
                }

                start = i;
                continue;
            }

            i++;
            if (depth == 0 && letter == ';')
            {
                var isTypeItself = TypeHead().IsMatch(code[start..i]);
                if ((isType || isTypeItself) && code[start..i].Trim().Length > 1)
                {
                    members.Add(Member(code, start, i, isTypeItself));
                }

                start = i;
            }
        }

        return i;
    }

    /// <summary>A type counts with its primary constructor's parameters only; its length is the file's matter.</summary>
    private static CodeMember Member(string code, int start, int end, bool isTypeItself)
    {
        var text = code[start..end];
        var blank = text.Length - text.TrimStart().Length;
        var head = Attributes().Replace(HeadOf(text[blank..]), "");
        var line = code.AsSpan(0, start + blank).Count('\n') + 1;
        return new CodeMember(head.Trim(), line, isTypeItself ? 0 : text.AsSpan(blank).Count('\n') + 1, ParametersOf(head));
    }

    /// <summary>Up to the body, the arrow, an initial value or the end, outside of brackets.</summary>
    private static string HeadOf(string text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] is '(' or '[' ? 1 : text[i] is ')' or ']' ? -1 : 0;
            var before = text.AsSpan(0, i);
            var isOperator = before.Contains("operator", StringComparison.Ordinal) && !before.Contains('(');
            if (depth == 0 && !isOperator && text[i] is '{' or ';' or '=')
            {
                return text[..i];
            }
        }

        return text;
    }

    /// <summary>Counts the commas of the first bracket behind a name; tuples before it and generics inside do not count.</summary>
    private static int ParametersOf(string head)
    {
        var list = ParameterList().Match(head);
        if (!list.Success)
        {
            return -1;
        }

        var (depth, commas, any) = (0, 0, false);
        for (var i = list.Index + list.Length; i < head.Length && depth >= 0; i++)
        {
            depth += head[i] is '(' or '[' or '<' ? 1 : head[i] is ')' or ']' or '>' ? -1 : 0;
            commas += depth == 0 && head[i] == ',' ? 1 : 0;
            any |= depth >= 0 && !char.IsWhiteSpace(head[i]);
        }

        return any ? commas + 1 : 0;
    }

    private static int EndOfBlock(string code, int i)
    {
        var depth = 0;
        for (; i < code.Length; i++)
        {
            depth += code[i] == '{' ? 1 : code[i] == '}' ? -1 : 0;
            if (depth == 0)
            {
                return i + 1;
            }
        }

        return i;
    }

    /// <summary>
    /// What still belongs to the member behind its block: a property's initial value, the rest of an initialiser or a switch.
    /// </summary>
    private static int EndOfTail(string code, int i)
    {
        var next = i;
        while (next < code.Length && char.IsWhiteSpace(code[next]))
        {
            next++;
        }

        if (next >= code.Length || code[next] is not ('=' or ';' or '.' or ',' or ')' or '+' or '?'))
        {
            return i;
        }

        var depth = 0;
        for (; next < code.Length; next++)
        {
            depth += code[next] is '(' or '[' or '{' ? 1 : code[next] is ')' or ']' or '}' ? -1 : 0;
            if (depth <= 0 && code[next] == ';')
            {
                return next + 1;
            }
        }

        return next;
    }

    [GeneratedRegex(@"\b(class|struct|interface|record|enum)\s+(struct\s+|class\s+)?@?\w+")]
    private static partial Regex TypeHead();

    [GeneratedRegex(@"^\s*namespace\b")]
    private static partial Regex NamespaceHead();

    [GeneratedRegex(@"^(\s*\[[^\]]*\])+")]
    private static partial Regex Attributes();

    /// <summary>A bracket behind a name, not behind a modifier: that one is a tuple.</summary>
    [GeneratedRegex(@"(?<=[\w><=])\s*(?<!\b(static|readonly|public|private|internal|protected|required|new|async|override)\s*)\(")]
    private static partial Regex ParameterList();
}
