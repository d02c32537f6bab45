using System.Buffers;
using System.Text;
using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Reports;

/// <summary>
/// Writes CSV rows as UTF-8 without a mark, fields separated by commas, rows ended by LF. A field is quoted where it holds a comma, a
/// quote, a line break or a space at an end; quotes are doubled (RFC 4180). Text is never altered otherwise. Not thread-safe; one per file.
/// </summary>
internal sealed class CsvWriter(IBufferWriter<byte> output)
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");
    private readonly byte[] _time = new byte[24];
    private long _timeMs = long.MinValue;
    private bool _started;

    public CsvWriter Text(string? value)
    {
        Separate();
        if (string.IsNullOrEmpty(value))
        {
            return this;
        }

        var quote = value.AsSpan().ContainsAny(Quoted) || value[0] == ' ' || value[^1] == ' ';
        Encoding.UTF8.GetBytes(quote ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value, output);
        return this;
    }

    public CsvWriter Number(decimal? value)
    {
        Separate();
        if (value is { } number)
        {
            DecimalText.Write(output, number);
        }

        return this;
    }

    public CsvWriter Quantity(Quantity value) => Number(value.Value);

    public CsvWriter Price(Price? value) => Number(value?.Value);

    public CsvWriter Flag(bool value) => Text(value ? "true" : "false");

    /// <summary>ISO-8601 with milliseconds. Many rows share their moment, so the last text is kept.</summary>
    public CsvWriter Time(Timestamp value)
    {
        Separate();
        if (value.Ms != _timeMs)
        {
            Encoding.UTF8.GetBytes(value.ToString(), _time);
            _timeMs = value.Ms;
        }

        output.Write(_time);
        return this;
    }

    public void EndRow()
    {
        output.Write("\n"u8);
        _started = false;
    }

    private void Separate()
    {
        if (_started)
        {
            output.Write(","u8);
        }

        _started = true;
    }
}
