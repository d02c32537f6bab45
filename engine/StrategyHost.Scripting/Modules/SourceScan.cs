using StrategyHost.Core.Domain;

namespace StrategyHost.Scripting.Modules;

/// <summary>A word of a source text that a rule forbids, with where it stands (1-based).</summary>
internal readonly record struct SourceToken(string Text, int Line, int Column);

/// <summary>
/// A light reading of JavaScript source: finds words, template texts, arrows and bracket depth outside comments, texts and regular
/// expressions. It serves refusals only; the engine's own parser decides what the source means.
/// </summary>
internal static class SourceScan
{
    private const string BeforeRegex = "(,=:[!&|?{};+-*%~^<>";
    private static readonly string[] WordsBeforeRegex =
        ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "instanceof"];

    /// <summary>Tokens of interest in order of appearance, and the deepest nesting of brackets.</summary>
    public static List<SourceToken> Read(string text, out int depthMax)
    {
        var reader = new Reader(text);
        while (reader.Next())
        {
        }

        depthMax = reader.DepthMax;
        return reader.Tokens;
    }

    /// <summary>
    /// <c>async</c>, <c>await</c>, <c>import</c>: endless waiting is stopped by no time limit (script-engine rule 11), so a strategy has
    /// none.
    /// </summary>
    public static Error? Asynchronous(string file, string text)
    {
        foreach (var token in Read(text, out _))
        {
            if (token.Text is "async" or "await" or "import")
            {
                return new Error
                {
                    File = file,
                    Line = token.Line,
                    Column = token.Column,
                    Rule = "syntax",
                    Message = $"'{token.Text}' is not available in a strategy: callbacks run to their end at once."
                        + (token.Text == "import" ? " Use require('./file.js')." : " Write it as a plain function."),
                };
            }
        }

        return null;
    }

    private sealed class Reader(string text)
    {
        private readonly Stack<int> _templates = new();
        private int _at;
        private int _line = 1;
        private int _lineStart;
        private int _depth;
        private string _last = "";

        public List<SourceToken> Tokens { get; } = [];
        public int DepthMax { get; private set; }

        public bool Next()
        {
            if (_at >= text.Length)
            {
                return false;
            }

            var c = text[_at];
            if (c == '\n')
            {
                NewLine();
            }
            else if (char.IsWhiteSpace(c))
            {
                _at++;
            }
            else if (c == '/' && (Peek(1) is '/' or '*'))
            {
                Comment();
            }
            else if (c is '"' or '\'')
            {
                Quoted(c);
            }
            else if (c == '`')
            {
                Add("`");
                Template();
            }
            else if (char.IsLetter(c) || c is '_' or '$' or '\\')
            {
                Word();
            }
            else if (char.IsDigit(c))
            {
                Number();
            }
            else
            {
                Sign(c);
            }

            return true;
        }

        private char Peek(int ahead) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

        private void NewLine()
        {
            _at++;
            _line++;
            _lineStart = _at;
        }

        private void Add(string token) => Tokens.Add(new SourceToken(token, _line, _at - _lineStart + 1));

        private void Comment()
        {
            var isLine = Peek(1) == '/';
            _at += 2;
            while (_at < text.Length && !(isLine ? text[_at] == '\n' : text[_at] == '*' && Peek(1) == '/'))
            {
                Skip();
            }

            _at += isLine ? 0 : 2;
        }

        private void Skip()
        {
            if (text[_at] == '\n')
            {
                NewLine();
            }
            else
            {
                _at++;
            }
        }

        private void Quoted(char quote)
        {
            _at++;
            while (_at < text.Length && text[_at] != quote && text[_at] != '\n')
            {
                _at += text[_at] == '\\' && Peek(1) != '\n' ? 2 : 1;
                if (_at < text.Length && text[_at - 1] == '\\' && text[_at] == '\n')
                {
                    NewLine();
                }
            }

            _at++;
            _last = "\"";
        }

        /// <summary>Characters of a template up to its end or the next <c>${</c>.</summary>
        private void Template()
        {
            _at++;
            while (_at < text.Length && text[_at] != '`')
            {
                if (text[_at] == '$' && Peek(1) == '{')
                {
                    _at += 2;
                    _templates.Push(_depth);
                    Deeper();
                    _last = "{";
                    return;
                }

                if (text[_at] == '\\')
                {
                    _at++;
                }

                if (_at < text.Length)
                {
                    Skip();
                }
            }

            _at++;
            _last = "\"";
        }

        private void Word()
        {
            var start = _at;
            while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '$' or '\\'
                or '\u200C' or '\u200D' || (text[_at] is '{' or '}' && text[start.._at].Contains("\\u", StringComparison.Ordinal))))
            {
                _at++;
            }

            var word = Unescape(text[start.._at]);
            if (_last != ".")
            {
                Tokens.Add(new SourceToken(word, _line, start - _lineStart + 1));
            }

            _last = word;
        }

        /// <summary>A keyword may be written with escapes (\u0061sync); such words count as what they spell.</summary>
        private static string Unescape(string word) => !word.Contains('\\', StringComparison.Ordinal) ? word
            : System.Text.RegularExpressions.Regex.Replace(
                word,
                @"\\u\{?([0-9a-fA-F]{1,6})\}?",
                m => char.ConvertFromUtf32(Math.Min(Convert.ToInt32(m.Groups[1].Value, 16), 0xD7FF)),
                System.Text.RegularExpressions.RegexOptions.None,
                TimeSpan.FromSeconds(1));

        private void Number()
        {
            while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '.' or '_'))
            {
                _at++;
            }

            _last = "0";
        }

        private void Sign(char c)
        {
            if (c == '/' && IsRegexPlace())
            {
                RegularExpression();
                return;
            }

            if (c == '=' && Peek(1) == '>')
            {
                Add("=>");
            }

            if (c == '.' && Peek(1) == '.' && Peek(2) == '.')
            {
                Add("...");
                _at += 3;
                _last = ",";
                return;
            }

            if (c is '(' or '[' or '{')
            {
                Deeper();
            }

            if (c is ')' or ']' or '}')
            {
                _depth--;
                if (c == '}' && _templates.Count > 0 && _templates.Peek() == _depth)
                {
                    _templates.Pop();
                    Template();
                    return;
                }
            }

            _at++;
            _last = c.ToString();
        }

        private void Deeper()
        {
            _depth++;
            DepthMax = Math.Max(DepthMax, _depth);
        }

        private bool IsRegexPlace() => _last.Length == 0 || (_last.Length == 1 && BeforeRegex.Contains(_last[0], StringComparison.Ordinal))
            || WordsBeforeRegex.Contains(_last);

        private void RegularExpression()
        {
            var inClass = false;
            var depth = _depth;
            _at++;
            while (_at < text.Length && text[_at] != '\n' && (inClass || text[_at] != '/'))
            {
                // What looks like a regular expression may be a division (x++ / [[[...), so its brackets count towards the depth.
                depth += text[_at] is '(' or '[' or '{' ? 1 : text[_at] is ')' or ']' or '}' ? -1 : 0;
                DepthMax = Math.Max(DepthMax, depth);
                inClass = text[_at] == '[' || (inClass && text[_at] != ']');
                _at += text[_at] == '\\' ? 2 : 1;
            }

            _at++;
            while (_at < text.Length && char.IsLetter(text[_at]))
            {
                _at++;
            }

            _last = "\"";
        }
    }
}
