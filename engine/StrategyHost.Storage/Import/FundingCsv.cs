using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Import;

/// <summary>Funding settlements of one symbol, oldest first.</summary>
public sealed record FundingSeries(Symbol Symbol, FundingRate[] Rates);

/// <summary>
/// Reads funding rates from CSV <c>time,symbol,rate</c>, plain, gzip or zip, several symbols in one file allowed, each in order of time.
/// The rate is a fraction (0.0001 is 0.01 %).
/// </summary>
public static class FundingCsv
{
    public static FileRead<IReadOnlyList<FundingSeries>> Read(string path) => new FundingCsvReader(path).Read();
}

/// <summary>One pass over one file.</summary>
internal sealed class FundingCsvReader(string path) : CsvReader<IReadOnlyList<FundingSeries>>(path, null)
{
    private readonly List<Series> _series = [];
    private readonly TimeColumn _time = new("time");
    private (int Time, int Symbol, int Rate) _at;
    private long _duplicates;

    protected override Error? TakeHeader(string[] columns)
    {
        foreach (var name in (string[])["time", "symbol", "rate"])
        {
            if (!columns.Contains(name))
            {
                return ImportErrors.MissingColumn(FilePath, name, string.Join(',', columns));
            }
        }

        _at = (Array.IndexOf(columns, "time"), Array.IndexOf(columns, "symbol"), Array.IndexOf(columns, "rate"));
        return null;
    }

    protected override Error? TakeRow(ReadOnlySpan<byte> line, ReadOnlySpan<Range> fields)
    {
        var time = line[fields[_at.Time]];
        var rate = line[fields[_at.Rate]];
        if (!_time.TryParse(time, out var ms))
        {
            return Bad("time", time, _time.Problem);
        }

        if (!Csv.TryDouble(rate, out var value))
        {
            return Bad("rate", rate, Csv.NotANumber);
        }

        if (Math.Abs(value) >= 1)
        {
            return Bad("rate", rate, ("rate_range", "a fraction below 1 is needed; 0.0001 is 0.01 %"));
        }

        var symbol = ImportErrors.Text(line[fields[_at.Symbol]]);
        return symbol.Length == 0
            ? Bad("symbol", default, ("symbol_missing", "the instrument's name is needed"))
            : Add(symbol, new FundingRate(ms, value), time);
    }

    protected override (IReadOnlyList<FundingSeries>? Data, ReadStats Stats, Error? Error) Build()
    {
        var rows = _series.Sum(s => s.Rates.Count);
        var reversed = _series.Where(s => s.Order.IsDescending).ToList();
        if (reversed.Count > 0)
        {
            Notes.Add($"newest first throughout: the rates of {string.Join(", ", reversed.Select(s => s.Symbol))} were reversed");
        }

        if (_duplicates > 0)
        {
            Notes.Add($"{_duplicates} funding rates repeat their predecessor exactly and were left out");
        }

        var stats = new ReadStats
        {
            Rows = rows,
            Duplicates = _duplicates,
            Disorder = reversed.Sum(s => s.Rates.Count - 1),
            TimeFormat = _time.Format,
        };
        return rows == 0 ? (null, stats, null) : ([.. _series.Select(Finish)], stats, null);
    }

    private static FundingSeries Finish(Series series)
    {
        var rates = series.Rates.ToArray();
        if (series.Order.IsDescending)
        {
            Array.Reverse(rates);
        }

        return new FundingSeries(new Symbol(series.Symbol), rates);
    }

    private Error? Add(string symbol, FundingRate rate, ReadOnlySpan<byte> time)
    {
        var series = _series.Find(s => s.Symbol == symbol);
        if (series is null)
        {
            _series.Add(series = new Series(symbol));
        }

        if (Order(ref series.Order, rate.Time, "time", time) is { } disorder)
        {
            return disorder;
        }

        if (series.Rates.Count > 0 && series.Rates[^1].Time == rate.Time)
        {
            _duplicates++;
            return series.Rates[^1] == rate ? null : Bad("time", time, ("duplicate", "another rate has the same time; keep one of them"));
        }

        series.Rates.Add(rate);
        return null;
    }

    private sealed class Series(string symbol)
    {
        public TimeOrder Order;

        public string Symbol { get; } = symbol;
        public List<FundingRate> Rates { get; } = [];
    }
}
