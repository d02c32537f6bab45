using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Import;

/// <summary>
/// Reads candles from CSV, plain, gzip or zip: <c>start,open,high,low,close,volume[,turnover]</c>. The first column may also be headed
/// timestamp, timestamp_ms, time or date; other columns are found by name and further ones ignored. The interval is the most frequent
/// distance of starts. Candles that repeat exactly are left out and counted; gaps are counted; without a turnover column turnover is 0.
/// </summary>
public static class KlineCsv
{
    /// <param name="path">The file.</param>
    /// <param name="symbol">Candles do not name their symbol.</param>
    /// <param name="interval">Used when the file is too short to tell, for example from its name.</param>
    /// <param name="progress">Told every 65,536 rows.</param>
    public static FileRead<KlineBlock> Read(
        string path, Symbol symbol, Interval? interval = null, IProgress<ImportProgress>? progress = null) =>
        new KlineCsvReader(path, symbol, interval, progress).Read();
}

/// <summary>One pass over one file.</summary>
internal sealed class KlineCsvReader(string path, Symbol symbol, Interval? fallback, IProgress<ImportProgress>? progress)
    : CsvReader<KlineBlock>(path, progress)
{
    private static readonly string[] TimeNames = ["start", "timestamp", "timestamp_ms", "time", "date"];
    private readonly Column<long> _start = new();
    private readonly Column<long> _open = new();
    private readonly Column<long> _high = new();
    private readonly Column<long> _low = new();
    private readonly Column<long> _close = new();
    private readonly Column<long> _volume = new();
    private readonly Column<double> _turnover = new();
    private TimeColumn _time = new("start");
    private TimeOrder _order;
    private string _timeName = "start";
    private (int Open, int High, int Low, int Close, int Volume, int Turnover) _at;
    private long _duplicates;
    private long _rounded;

    protected override Error? TakeHeader(string[] columns)
    {
        if (!TimeNames.Contains(columns[0]))
        {
            return ImportErrors.MissingColumn(FilePath, "start", string.Join(',', columns)) with
            {
                Message = $"the first column is headed {columns[0]}; it must be one of {string.Join(", ", TimeNames)}",
            };
        }

        foreach (var name in (string[])["open", "high", "low", "close", "volume"])
        {
            if (!columns.Contains(name))
            {
                return ImportErrors.MissingColumn(FilePath, name, string.Join(',', columns));
            }
        }

        int Find(string name) => Array.IndexOf(columns, name);
        _timeName = columns[0];
        _time = new TimeColumn(_timeName);
        _at = (Find("open"), Find("high"), Find("low"), Find("close"), Find("volume"), Find("turnover"));
        return null;
    }

    protected override Error? TakeRow(ReadOnlySpan<byte> line, ReadOnlySpan<Range> fields)
    {
        var time = line[fields[0]];
        if (!_time.TryParse(time, out var start))
        {
            return Bad(_timeName, time, _time.Problem);
        }

        return Order(ref _order, start, _timeName, time)
            ?? Candle(start, line, fields);
    }

    private Error? Candle(long start, ReadOnlySpan<byte> line, ReadOnlySpan<Range> fields) =>
        Prices(line, fields, out var kline)
            ?? Amounts(line, fields, ref kline)
            ?? Add(kline with { Start = start }, line, fields);

    protected override (KlineBlock? Data, ReadStats Stats, Error? Error) Build()
    {
        var start = _start.ToArray(_order.IsDescending);
        AddNotes(start);
        var stats = new ReadStats
        {
            Rows = start.Length,
            Duplicates = _duplicates,
            Disorder = _order.IsDescending ? start.Length - 1 : 0,
            TimeFormat = _time.Format,
        };
        if (start.Length == 0)
        {
            return (null, stats, null);
        }

        if (KlineGrid.Interval(start, fallback) is not { } interval)
        {
            return (null, stats, KlineGrid.NoInterval(FilePath));
        }

        var (gaps, missing, misplaced) = KlineGrid.Check(start, interval);
        if (misplaced is { } row)
        {
            // Data row r stands in line r + 2 of a file with one header line, counted from its end when it was reversed.
            int? line = _duplicates > 0 ? null : (_order.IsDescending ? start.Length - 1 - row : row) + 2;
            return (null, stats, KlineGrid.Misaligned(FilePath, line, start[row], interval));
        }

        var reversed = _order.IsDescending;
        var block = new KlineBlock(symbol, interval, start, _open.ToArray(reversed), _high.ToArray(reversed), _low.ToArray(reversed),
            _close.ToArray(reversed), _volume.ToArray(reversed), _turnover.ToArray(reversed));
        return (block, stats with { Gaps = gaps, MissingCandles = missing }, null);
    }

    private void AddNotes(long[] start)
    {
        if (_order.IsDescending)
        {
            Notes.Add($"newest first throughout: {start.Length} candles were reversed");
        }

        if (_duplicates > 0)
        {
            Notes.Add($"{_duplicates} candles repeat their predecessor exactly and were left out");
        }

        if (_rounded > 0)
        {
            Notes.Add($"{_rounded} volumes had more than 9 decimals and were rounded to 1e-9");
        }
    }

    private Error? Prices(ReadOnlySpan<byte> line, ReadOnlySpan<Range> fields, out Kline kline)
    {
        long high = 0, low = 0, close = 0;
        var error = Positive("open", line[fields[_at.Open]], out var open)
            ?? Positive("high", line[fields[_at.High]], out high)
            ?? Positive("low", line[fields[_at.Low]], out low)
            ?? Positive("close", line[fields[_at.Close]], out close);
        kline = new Kline(0, open, high, low, close, 0, 0);
        return error;
    }

    private Error? Amounts(ReadOnlySpan<byte> line, ReadOnlySpan<Range> fields, ref Kline kline)
    {
        var text = line[fields[_at.Volume]];
        if (!Csv.TryRounded(text, out var volume, out var isRounded) || volume < 0)
        {
            return Bad("volume", text, volume < 0 ? Csv.Negative : Csv.NotANumber);
        }

        _rounded += isRounded ? 1 : 0;
        kline = kline with { Volume = volume };
        if (_at.Turnover < 0)
        {
            return null;
        }

        text = line[fields[_at.Turnover]];
        var isNumber = Csv.TryDouble(text, out var turnover);
        kline = kline with { Turnover = turnover };
        return !isNumber ? Bad("turnover", text, Csv.NotANumber)
            : turnover < 0 ? Bad("turnover", text, Csv.Negative)
            : null;
    }

    private Error? Add(in Kline kline, ReadOnlySpan<byte> line, ReadOnlySpan<Range> fields)
    {
        if (kline.High < kline.Low || kline.High < Math.Max(kline.Open, kline.Close) || kline.Low > Math.Min(kline.Open, kline.Close))
        {
            var isHigh = kline.High < Math.Max(kline.Low, Math.Max(kline.Open, kline.Close));
            return isHigh
                ? Bad("high", line[fields[_at.High]], ("high_below_low", "it is below another price of the candle"))
                : Bad("low", line[fields[_at.Low]], ("low_above_price", "it is above another price of the candle"));
        }

        if (_start.Count > 0 && _start.Last == kline.Start)
        {
            var last = new Kline(_start.Last, _open.Last, _high.Last, _low.Last, _close.Last, _volume.Last, _turnover.Last);
            _duplicates++;
            var problem = ("duplicate", "another candle has the same start; keep one of them");
            return last == kline ? null : Bad(_timeName, line[fields[0]], problem);
        }

        _start.Add(kline.Start);
        _open.Add(kline.Open);
        _high.Add(kline.High);
        _low.Add(kline.Low);
        _close.Add(kline.Close);
        _volume.Add(kline.Volume);
        _turnover.Add(kline.Turnover);
        return null;
    }
}
