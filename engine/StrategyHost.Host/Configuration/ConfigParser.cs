using System.Text;
using System.Text.Json;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Configuration;

/// <summary>
/// JSON with comments and trailing commas into <see cref="ConfigNode"/>s with line and column. The reader stops at the first syntax error,
/// since nothing behind it can be trusted; a key that stands twice in one object is an error of its own and does not stop it.
/// </summary>
internal sealed class ConfigParser
{
    /// <summary>Objects and lists inside each other; the format itself needs 5.</summary>
    private const int DepthMax = 32;

    private readonly string _file;
    private readonly byte[] _bytes;
    private readonly List<int> _lineStarts = [0];
    private readonly List<Error> _errors = [];

    private ConfigParser(string file, byte[] bytes)
    {
        _file = file;
        _bytes = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
        for (var i = 0; i < _bytes.Length; i++)
        {
            if (_bytes[i] == (byte)'\n')
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    public static Result<ConfigNode> Parse(string file, string text) => Parse(file, Encoding.UTF8.GetBytes(text));

    public static Result<ConfigNode> Parse(string file, byte[] bytes)
    {
        var parser = new ConfigParser(file, bytes);
        var options = new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = DepthMax };
        var reader = new Utf8JsonReader(parser._bytes, options);
        try
        {
            reader.Read();
            var root = parser.Value(ref reader);
            reader.Read();
            return parser._errors.Count == 0 ? root : Result<ConfigNode>.Failed(parser._errors);
        }
        catch (JsonException problem)
        {
            parser._errors.Add(parser.SyntaxError(problem));
            return Result<ConfigNode>.Failed(parser._errors);
        }
    }

    private ConfigNode Value(ref Utf8JsonReader reader)
    {
        var place = PlaceOf((int)reader.TokenStartIndex);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => new ConfigNode { Kind = ConfigKind.Object, Place = place, Fields = FieldsOf(ref reader) },
            JsonTokenType.StartArray => new ConfigNode { Kind = ConfigKind.Array, Place = place, Items = ItemsOf(ref reader) },
            JsonTokenType.String => new ConfigNode { Kind = ConfigKind.Text, Place = place, Text = reader.GetString() ?? "" },
            JsonTokenType.Number =>
                new ConfigNode { Kind = ConfigKind.Number, Place = place, Text = Encoding.UTF8.GetString(reader.ValueSpan) },
            JsonTokenType.True => new ConfigNode { Kind = ConfigKind.Flag, Place = place, Text = "true" },
            JsonTokenType.False => new ConfigNode { Kind = ConfigKind.Flag, Place = place, Text = "false" },
            _ => new ConfigNode { Kind = ConfigKind.Null, Place = place },
        };
    }

    private List<ConfigField> FieldsOf(ref Utf8JsonReader reader)
    {
        var fields = new List<ConfigField>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString() ?? "";
            var place = PlaceOf((int)reader.TokenStartIndex);
            reader.Read();
            var value = Value(ref reader);
            if (fields.Find(f => f.Name == name) is { } earlier)
            {
                _errors.Add(place.Problem(name, null, "duplicate_key", $"'{name}' already stands in line {earlier.Place.Line}. Keep one."));
                continue;
            }

            fields.Add(new ConfigField(name, place, value));
        }

        return fields;
    }

    private List<ConfigNode> ItemsOf(ref Utf8JsonReader reader)
    {
        var items = new List<ConfigNode>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Value(ref reader));
        }

        return items;
    }

    /// <summary>Columns count characters, not bytes, as editors do.</summary>
    private ConfigPlace PlaceOf(int offset)
    {
        var found = _lineStarts.BinarySearch(offset);
        var line = found >= 0 ? found : ~found - 1;
        var column = Encoding.UTF8.GetCharCount(_bytes.AsSpan(_lineStarts[line], offset - _lineStarts[line])) + 1;
        return new ConfigPlace(_file, line + 1, column);
    }

    private Error SyntaxError(JsonException problem)
    {
        var line = (int)Math.Min(problem.LineNumber ?? 0, _lineStarts.Count - 1);
        var offset = (int)Math.Min(_lineStarts[line] + (problem.BytePositionInLine ?? 0), _bytes.Length);
        var text = problem.Message;
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = _bytes.Length == 0 ? "The file is empty." : end < 0 ? text : text[..end];
        return PlaceOf(offset).Problem("", null, "json_syntax", $"Not valid JSON: {reason} Comments and trailing commas are allowed.");
    }
}
