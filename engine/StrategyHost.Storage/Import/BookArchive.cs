using System.Diagnostics.CodeAnalysis;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Import;

/// <summary>
/// Streams Bybit's order-book archive (ob200, ob500: one JSON message a line, as on the WebSocket; plain, gzip or zip) as updates in file
/// order; a day is never held in memory. The time is <c>cts</c>, the matching engine's, or <c>ts</c> in archives before December 2023 that
/// have none. Update ids that do not continue are counted as gaps and passed on: <see cref="OrderBook"/> judges them. Source:
/// bybit-v5 §8.4, read 2026-07-24.
/// </summary>
public sealed class BookArchive : IDisposable
{
    private const int ProgressRows = 1 << 10;
    private readonly SourceFile _source;
    private readonly LineReader _lines;
    private readonly BookLineParser _parser;
    private readonly IProgress<ImportProgress>? _progress;
    private long _lastId = -1;
    private long _lastTime = long.MinValue;
    private long _gaps;
    private Symbol? _symbol;

    private BookArchive(SourceFile source, IProgress<ImportProgress>? progress)
    {
        _source = source;
        _lines = new LineReader(source);
        _parser = new BookLineParser(source.Path);
        _progress = progress;
    }

    /// <summary>The problem that ended the reading, or null.</summary>
    public Error? Error { get; private set; }
    public ReadStats Stats => new() { Rows = _lines.Rows, Gaps = _gaps };

    public static Result<BookArchive> Open(string path, IProgress<ImportProgress>? progress = null)
    {
        var source = SourceFile.Open(path);
        return source.IsOk ? new BookArchive(source.Value, progress) : Result<BookArchive>.Failed(source.Errors);
    }

    /// <summary>The whole archive, for short recordings and tests.</summary>
    public static FileRead<IReadOnlyList<BookUpdate>> ReadAll(string path, IProgress<ImportProgress>? progress = null)
    {
        var opened = Open(path, progress);
        if (!opened.IsOk)
        {
            return new FileRead<IReadOnlyList<BookUpdate>>(path, null, new ReadStats(), opened.Errors[0]);
        }

        using var archive = opened.Value;
        var updates = new List<BookUpdate>();
        while (archive.TryRead(out var update))
        {
            updates.Add(update);
        }

        return new FileRead<IReadOnlyList<BookUpdate>>(path, updates, archive.Stats, archive.Error);
    }

    /// <summary>The next update; false at the end or at the first problem.</summary>
    public bool TryRead([NotNullWhen(true)] out BookUpdate? update)
    {
        update = null;
        if (Error is not null)
        {
            return false;
        }

        if (!_lines.TryRead(out var line))
        {
            Error = _lines.Error ?? (_lines.Rows == 0 ? ImportErrors.Empty(_source.Path) : null);
            Report();
            return false;
        }

        var parsed = _parser.Parse(line, _lines.Line);
        Error = parsed.IsOk ? Check(parsed.Value) : parsed.Errors[0];
        if (Error is not null)
        {
            return false;
        }

        update = parsed.Value;
        if (++_lines.Rows % ProgressRows == 0)
        {
            Report();
        }

        return true;
    }

    public void Dispose() => _source.Dispose();

    private Error? Check(BookUpdate update)
    {
        _symbol ??= update.Symbol;
        if (update.Symbol != _symbol)
        {
            return _parser.Bad(_lines.Line, "data.s", update.Symbol.Name,
                ("symbol_changed", $"the file began with {_symbol}; one file holds one symbol"));
        }

        if (update.Time.Ms < _lastTime)
        {
            return _parser.Bad(_lines.Line, "cts", update.Time.ToString(), TimeOrder.Problem);
        }

        _gaps += !update.IsSnapshot && update.UpdateId != _lastId + 1 ? 1 : 0;
        _lastId = update.UpdateId;
        _lastTime = update.Time.Ms;
        return null;
    }

    private void Report() => _progress?.Report(new ImportProgress(_source.Path, _lines.Rows, _source.Position, _source.Length));
}
