using System.Text;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Import;

/// <summary>
/// Reads Bybit's public trade archive, plain, gzip or zip, by header name (timestamp in seconds with decimals, symbol, side, size, price,
/// optionally trdMatchID; the rest is ignored). Times are parsed as decimals and cut to milliseconds. A trade is a duplicate when it has
/// the time and trdMatchID of an earlier one; it is left out and counted. Source: bybit-v5 §8.1, read 2026-07-24.
/// </summary>
public static class TradeCsv
{
    /// <summary>A silence longer than this counts as a gap, in ms.</summary>
    public const long GapMs = 300_000;

    public static FileRead<TradeBlock> Read(string path, IProgress<ImportProgress>? progress = null) =>
        new TradeCsvReader(path, progress).Read();
}

/// <summary>One pass over one file.</summary>
internal sealed class TradeCsvReader(string path, IProgress<ImportProgress>? progress) : CsvReader<TradeBlock>(path, progress)
{
    private readonly Column<long> _time = new();
    private readonly Column<long> _price = new();
    private readonly Column<long> _size = new();
    private readonly Column<sbyte> _side = new();
    private readonly HashSet<ulong> _idsOfThisTime = [];
    private readonly TimeColumn _stamps = new("timestamp");
    private TimeOrder _order;
    private byte[] _symbol = [];
    private (int Time, int Symbol, int Side, int Size, int Price, int Id) _at;
    private long _duplicates;

    protected override Error? TakeHeader(string[] columns)
    {
        foreach (var name in (string[])["timestamp", "symbol", "side", "size", "price"])
        {
            if (!columns.Contains(name))
            {
                return ImportErrors.MissingColumn(FilePath, name, string.Join(',', columns));
            }
        }

        int Find(string name) => Array.IndexOf(columns, name);
        _at = (Find("timestamp"), Find("symbol"), Find("side"), Find("size"), Find("price"), Find("trdmatchid"));
        return null;
    }

    protected override Error? TakeRow(ReadOnlySpan<byte> line, ReadOnlySpan<Range> fields)
    {
        var stamp = line[fields[_at.Time]];
        if (!_stamps.TryParse(stamp, out var time) || _stamps.Format != TimeFormat.Seconds)
        {
            return Bad("timestamp", stamp, ("unknown_time", "seconds since 1970 with decimals are needed"));
        }

        var side = line[fields[_at.Side]];
        var isBuy = side.SequenceEqual("Buy"u8);
        long size = 0, price = 0;
        var error = Order(stamp)
            ?? OneSymbol(line[fields[_at.Symbol]])
            ?? (isBuy || side.SequenceEqual("Sell"u8) ? null : Bad("side", side, ("unknown_side", "Buy or Sell is needed")))
            ?? Positive("size", line[fields[_at.Size]], out size)
            ?? Positive("price", line[fields[_at.Price]], out price);
        if (error is not null)
        {
            return error;
        }

        if (_at.Id >= 0 && IsDuplicate(time, line[fields[_at.Id]]))
        {
            _duplicates++;
            return null;
        }

        _time.Add(time);
        _price.Add(price);
        _size.Add(size);
        _side.Add(isBuy ? (sbyte)1 : (sbyte)-1);
        return null;
    }

    protected override (TradeBlock? Data, ReadStats Stats, Error? Error) Build()
    {
        var reversed = _order.IsDescending;
        var time = _time.ToArray(reversed);
        if (reversed)
        {
            Notes.Add($"newest first throughout: {time.Length} trades were reversed");
        }

        if (_duplicates > 0)
        {
            Notes.Add($"{_duplicates} trades repeat an earlier trdMatchID and were left out");
        }

        var stats = new ReadStats
        {
            Rows = time.Length,
            Duplicates = _duplicates,
            Gaps = Gaps(time),
            Disorder = reversed ? time.Length - 1 : 0,
            TimeFormat = _stamps.Format,
        };
        return time.Length == 0
            ? (null, stats, null)
            : (new TradeBlock(new Symbol(Encoding.UTF8.GetString(_symbol)), time, _price.ToArray(reversed), _size.ToArray(reversed),
                _side.ToArray(reversed)), stats, null);
    }

    private static long Gaps(long[] time)
    {
        var gaps = 0L;
        for (var i = 1; i < time.Length; i++)
        {
            gaps += time[i] - time[i - 1] > TradeCsv.GapMs ? 1 : 0;
        }

        return gaps;
    }

    // Newer archives have 0.1 ms: order is judged on the full digits, not on the milliseconds that are kept.
    private Error? Order(ReadOnlySpan<byte> stamp)
    {
        Csv.TryUnits(stamp, out var nanoseconds);
        return Order(ref _order, nanoseconds, "timestamp", stamp);
    }

    private Error? OneSymbol(ReadOnlySpan<byte> symbol)
    {
        if (_symbol.Length == 0)
        {
            _symbol = symbol.ToArray();
        }

        return symbol.IsEmpty ? Bad("symbol", symbol, ("symbol_missing", "the instrument's name is needed"))
            : symbol.SequenceEqual(_symbol) ? null
            : Bad("symbol", symbol, ("symbol_changed", $"the file began with {ImportErrors.Text(_symbol)}; one file holds one symbol"));
    }

    // Rows are in order of time, so a repeated trade stands among those of its own millisecond; remembering only these keeps memory flat.
    private bool IsDuplicate(long time, ReadOnlySpan<byte> id)
    {
        if (_time.Count > 0 && _time.Last != time)
        {
            _idsOfThisTime.Clear();
        }

        return !id.IsEmpty && !_idsOfThisTime.Add(Hash(id));
    }

    // FNV-1a, 64 bits: two ids of one millisecond that collide are less likely than 1e-14.
    private static ulong Hash(ReadOnlySpan<byte> id)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in id)
        {
            hash = (hash ^ value) * 1099511628211UL;
        }

        return hash;
    }
}
