using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Import;

/// <summary>
/// One line of a book archive: <c>{topic,type,ts,data:{s,b,a,u,seq},cts}</c> in any order of fields; levels are pairs of decimal strings,
/// size 0 deletes. Buffers are reused, so one parser serves one file.
/// </summary>
internal sealed class BookLineParser(string file)
{
    private readonly List<BookLevel> _levels = [];
    private Message _message;
    private Symbol _symbol;
    private (string Field, string Value, (string Rule, string Message) Problem)? _bad;

    public Error Bad(long line, string field, string? value, (string Rule, string Message) problem) => new()
    {
        File = file,
        Line = (int)line,
        Field = field,
        Value = value,
        Rule = problem.Rule,
        Message = $"{field} is {(string.IsNullOrEmpty(value) ? "missing" : value)}: {problem.Message}",
    };

    public Result<BookUpdate> Parse(ReadOnlySpan<byte> json, long line)
    {
        _message = default;
        _bad = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            ReadObject(ref reader, isData: false);
            if (_bad is null && reader.Read())
            {
                _bad = ("line", "more than one value", ("not_json", "one JSON object a line is needed"));
            }
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a number where a string belongs, and the like.
            var rule = ("not_json", "it is not an order-book message in JSON; is the file complete?");
            return Bad(line, "line", ImportErrors.Text(json), rule) with
            {
                Column = problem is JsonException { BytePositionInLine: { } column } ? (int)column + 1 : null,
            };
        }

        return _bad is { } bad ? Bad(line, bad.Field, bad.Value, bad.Problem) : Complete(line);
    }

    private Result<BookUpdate> Complete(long line)
    {
        var needed = ("missing_field", "an order-book message needs it");
        return _message switch
        {
            { IsSnapshot: null } => Bad(line, "type", null, ("missing_field", "snapshot or delta is needed")),
            { Ts: null, Cts: null } => Bad(line, "ts", null, needed),
            { UpdateId: null } => Bad(line, "data.u", null, needed),
            { Bids: null } => Bad(line, "data.b", null, needed),
            { Asks: null } => Bad(line, "data.a", null, needed),
            { HasSymbol: false } => Bad(line, "data.s", null, needed),
            { Bids: { } bids, Asks: { } asks } m => new BookUpdate(
                _symbol, new Timestamp(m.Cts ?? m.Ts ?? 0), m.IsSnapshot == true, m.UpdateId ?? 0, bids, asks),
        };
    }

    private void ReadObject(ref Utf8JsonReader reader, bool isData)
    {
        if (!isData)
        {
            reader.Read();
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("an object is needed");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (isData)
            {
                ReadData(ref reader);
            }
            else
            {
                ReadEnvelope(ref reader);
            }
        }
    }

    private void ReadEnvelope(ref Utf8JsonReader reader)
    {
        if (Next(ref reader, "type"u8))
        {
            _message.IsSnapshot = reader.ValueTextEquals("snapshot"u8) ? true : reader.ValueTextEquals("delta"u8) ? false : null;
        }
        else if (Next(ref reader, "ts"u8))
        {
            _message.Ts = reader.GetInt64();
        }
        else if (Next(ref reader, "cts"u8))
        {
            _message.Cts = reader.GetInt64();
        }
        else if (Next(ref reader, "data"u8))
        {
            ReadObject(ref reader, isData: true);
        }
        else
        {
            reader.Skip();
        }
    }

    private void ReadData(ref Utf8JsonReader reader)
    {
        if (Next(ref reader, "s"u8))
        {
            _symbol = reader.ValueTextEquals(_symbol.Name) ? _symbol : new Symbol(reader.GetString() ?? "");
            _message.HasSymbol = _symbol.Name.Length > 0;
        }
        else if (Next(ref reader, "u"u8))
        {
            _message.UpdateId = reader.GetInt64();
        }
        else if (Next(ref reader, "b"u8))
        {
            _message.Bids = ReadLevels(ref reader, "data.b");
        }
        else if (Next(ref reader, "a"u8))
        {
            _message.Asks = ReadLevels(ref reader, "data.a");
        }
        else
        {
            reader.Skip();
        }
    }

    private static bool Next(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read();

    private BookLevel[] ReadLevels(ref Utf8JsonReader reader, string field)
    {
        _levels.Clear();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("levels are an array");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Read();
            var price = Number(ref reader, field);
            reader.Read();
            var size = Number(ref reader, field);
            if (price <= 0 || size < 0)
            {
                _bad ??= (field, FixedPoint.Text(price) + "," + FixedPoint.Text(size), price <= 0 ? Csv.NotPositive : Csv.Negative);
            }

            _levels.Add(new BookLevel(price, size));
            if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
            {
                throw new JsonException("a level is a pair");
            }
        }

        return _levels.Count == 0 ? [] : [.. _levels];
    }

    private long Number(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
        {
            throw new JsonException("a level is a pair of decimals");
        }

        if (!Csv.TryUnits(reader.ValueSpan, out var units))
        {
            _bad ??= (field, ImportErrors.Text(reader.ValueSpan), Csv.NotANumber);
            return 1;
        }

        return units;
    }

    private struct Message
    {
        public bool? IsSnapshot;
        public long? Ts;
        public long? Cts;
        public long? UpdateId;
        public BookLevel[]? Bids;
        public BookLevel[]? Asks;
        public bool HasSymbol;
    }
}
