using System.Text.RegularExpressions;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Import;

namespace StrategyHost.Storage.Ticks;

/// <summary>What one data file holds.</summary>
public sealed record FileContent(DataKind Kind, IReadOnlyList<SymbolTape> Symbols, bool IsSynthetic = false);

/// <summary>
/// Reads one file of any format of contracts §5. The format is told from the first line, the symbol from the rows or, for candles, from the
/// file's name (BTCUSDT-1m-2024.csv.gz).
/// </summary>
public static partial class DataFile
{
    /// <summary>The format, judged by the first bytes of the (decompressed) content.</summary>
    public static Result<DataKind> Detect(string path)
    {
        var opened = SourceFile.Open(path);
        if (!opened.IsOk)
        {
            return Result<DataKind>.Failed(opened.Errors);
        }

        using var source = opened.Value;
        var lines = new LineReader(source);
        if (!lines.TryRead(out var line))
        {
            return lines.Error ?? ImportErrors.Empty(path);
        }

        // The magic ends with a line feed, so it is a line of its own. A damaged one is for the segment's reader to complain about.
        if (line.SequenceEqual(SegmentFormat.FileMagic[..^1]) || path.EndsWith(SegmentFormat.Extension, StringComparison.Ordinal))
        {
            return DataKind.Segment;
        }

        var columns = line.StartsWith("{"u8) ? [] : Csv.Header(line);
        return columns switch
        {
            [] => DataKind.Book,
            _ when columns.Contains("open") && columns.Contains("close") => DataKind.Klines,
            _ when columns.Contains("rate") => DataKind.Funding,
            _ when columns.Contains("price") && columns.Contains("side") => DataKind.Trades,
            _ => new Error
            {
                File = path,
                Line = 1,
                Value = ImportErrors.Text(line),
                Rule = "unknown_format",
                Message = "the first line is none of: a trade, candle or funding CSV header, an order-book message, a tick segment",
            },
        };
    }

    /// <summary>Reads the file; the symbol is used for candles whose file name does not tell it.</summary>
    public static FileRead<FileContent> Read(string path, Symbol? symbol = null, IProgress<ImportProgress>? progress = null)
    {
        var kind = Detect(path);
        if (!kind.IsOk)
        {
            return new FileRead<FileContent>(path, null, new ReadStats(), kind.Errors[0]);
        }

        return kind.Value switch
        {
            DataKind.Trades => Wrap(TradeCsv.Read(path, progress), DataKind.Trades,
                t => [new SymbolTape { Symbol = t.Symbol, Trades = t }]),
            DataKind.Klines => ReadKlines(path, symbol, progress),
            DataKind.Book => Wrap(BookArchive.ReadAll(path, progress), DataKind.Book,
                b => b.Count == 0 ? [] : [new SymbolTape { Symbol = b[0].Symbol, Book = b }]),
            DataKind.Funding => Wrap(FundingCsv.Read(path), DataKind.Funding,
                f => [.. f.Select(s => new SymbolTape { Symbol = s.Symbol, Funding = s.Rates })]),
            DataKind.Segment => ReadSegment(path),
        };
    }

    /// <summary>The symbol in a file name such as BTCUSDT-5m-2024.csv.gz, or null.</summary>
    public static Symbol? SymbolOfName(string path) =>
        SymbolInName().Match(Path.GetFileName(path)) is { Success: true } match ? new Symbol(match.Groups["symbol"].Value) : null;

    /// <summary>The interval in a file name such as BTCUSDT-5m-2024.csv.gz, or null.</summary>
    public static Interval? IntervalOfName(string path)
    {
        foreach (var token in Path.GetFileName(path).Split('-', '_', '.'))
        {
            if (Interval.TryParse(token, out var interval))
            {
                return interval;
            }
        }

        return null;
    }

    [GeneratedRegex("(?<![A-Za-z0-9])(?<symbol>[0-9]*[A-Z][A-Z0-9]*(USDT|USDC|USD|PERP))(?![A-Za-z])", RegexOptions.CultureInvariant)]
    private static partial Regex SymbolInName();

    private static FileRead<FileContent> ReadKlines(string path, Symbol? symbol, IProgress<ImportProgress>? progress)
    {
        if ((SymbolOfName(path) ?? symbol) is not { } found)
        {
            return new FileRead<FileContent>(path, null, new ReadStats(), new Error
            {
                File = path,
                Field = "symbol",
                Rule = "symbol_unknown",
                Message = "the candles do not say which symbol they are of; pass --symbol, or name the file like BTCUSDT-1m.csv.gz",
            });
        }

        return Wrap(KlineCsv.Read(path, found, IntervalOfName(path), progress), DataKind.Klines,
            k => [new SymbolTape { Symbol = k.Symbol, Klines = [k] }]);
    }

    private static FileRead<FileContent> ReadSegment(string path)
    {
        var opened = TickSegment.Open(path);
        if (!opened.IsOk)
        {
            return new FileRead<FileContent>(path, null, new ReadStats(), opened.Errors[0]);
        }

        using var segment = opened.Value;
        var (tape, error) = segment.ReadAll();
        var stats = SeriesCheck.Count(tape);
        return new FileRead<FileContent>(path, new FileContent(DataKind.Segment, [tape], segment.IsSynthetic), stats, error);
    }

    private static FileRead<FileContent> Wrap<T>(FileRead<T> read, DataKind kind, Func<T, IReadOnlyList<SymbolTape>> tapes)
        where T : class =>
        new(read.File, read.Data is null ? null : new FileContent(kind, tapes(read.Data)), read.Stats, read.Error);
}
