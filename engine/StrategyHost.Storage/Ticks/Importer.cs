using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Import;

namespace StrategyHost.Storage.Ticks;

/// <summary>How to import: the symbol of candles that name none, and whether the good rows before damage are wanted.</summary>
public sealed record ImportOptions(Symbol? Symbol = null, bool KeepGoodRows = false);

/// <summary>One segment that an import wrote.</summary>
public sealed record ImportedSegment(string Source, string File, DataKind Kind, Symbol Symbol, long Rows, ReadStats Stats);

/// <summary>What an import did. Damage: errors of files whose good rows were kept on request.</summary>
public sealed record ImportReport(IReadOnlyList<ImportedSegment> Segments, IReadOnlyList<string> Warnings, IReadOnlyList<Error> Damage);

/// <summary>
/// Turns data files into tick segments, one a source file and symbol, named <c>SYMBOL-KIND-START.ticks</c>; the same source gives the same
/// segment again. All segments are put in place at the end: an error before leaves the folder as it was, and
/// what dies in the middle of it leaves a folder that is not read (<see cref="ImportMarker"/>).
/// </summary>
public static class Importer
{
    public static Result<ImportReport> Import(
        IReadOnlyList<string> sources, string outFolder, ImportOptions? options = null, IProgress<ImportProgress>? progress = null)
    {
        var files = DataFolder.Expand(sources);
        if (!files.IsOk)
        {
            return Result<ImportReport>.Failed(files.Errors);
        }

        var work = new Work(outFolder, options ?? new ImportOptions(), progress);
        try
        {
            Directory.CreateDirectory(outFolder);
            foreach (var (path, isFromFolder) in files.Value)
            {
                work.Add(path, isFromFolder);
            }

            return work.Finish();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new Error { File = outFolder, Rule = "unwritable", Message = $"the segments cannot be written: {problem.Message}" };
        }
        finally
        {
            work.Dispose();
        }
    }

    private sealed class Work(string folder, ImportOptions options, IProgress<ImportProgress>? progress) : IDisposable
    {
        private readonly List<Error> _errors = [];
        private readonly List<Error> _damage = [];
        private readonly List<string> _warnings = [];
        private readonly List<(TickSegmentWriter Writer, ImportedSegment Segment)> _pending = [];

        public void Add(string path, bool isFromFolder)
        {
            var kind = DataFile.Detect(path);
            if (kind is { IsOk: true, Value: DataKind.Book })
            {
                AddBook(path);
                return;
            }

            var read = DataFile.Read(path, options.Symbol, progress);
            if (read.Error is { } error && !Accepts(error, isFromFolder, read.Data is not null))
            {
                return;
            }

            _warnings.AddRange(DataWarnings.Of(read));
            foreach (var tape in read.Data?.Symbols ?? [])
            {
                Write(path, read, tape);
            }
        }

        public Result<ImportReport> Finish()
        {
            if (_errors.Count > 0)
            {
                return Result<ImportReport>.Failed(_errors);
            }

            var marker = new ImportMarker(folder);
            string[] segments = [.. _pending.Select(p => p.Segment.File)];
            if (marker.Missing(segments) is { } unfinished)
            {
                return unfinished;
            }

            _pending.ForEach(p => p.Writer.Seal());
            if (segments.Length > 1)
            {
                marker.Set(segments);
            }

            _pending.ForEach(p => p.Writer.Publish());
            marker.Clear();
            return _pending.Count == 0
                ? new Error { Rule = "no_data", Message = "the sources hold no market data" }
                : new ImportReport([.. _pending.Select(p => p.Segment)], _warnings, _damage);
        }

        public void Dispose() => _pending.ForEach(p => p.Writer.Dispose());

        private bool Accepts(Error error, bool isFromFolder, bool hasRows)
        {
            if (isFromFolder && error.Rule == "unknown_format")
            {
                _warnings.Add($"{error.File} was skipped: it is not market data");
                return false;
            }

            var isKept = options.KeepGoodRows && hasRows;
            (isKept ? _damage : _errors).Add(error);
            return isKept;
        }

        private void Write(string path, FileRead<FileContent> read, SymbolTape tape)
        {
            var name = Name(tape);
            if (name is null)
            {
                return;
            }

            var content = read.Data!; // set: the tape is from it
            var segment = new ImportedSegment(path, FileOf(name), content.Kind, tape.Symbol, read.Stats.Rows, read.Stats);
            if (Open(segment, content.IsSynthetic) is { } writer)
            {
                TapeWriter.Write(writer, tape);
            }
        }

        // A day of book updates does not fit into memory, so it goes through.
        private void AddBook(string path)
        {
            var opened = BookArchive.Open(path, progress);
            if (!opened.IsOk)
            {
                _errors.AddRange(opened.Errors);
                return;
            }

            using var archive = opened.Value;
            if (archive.TryRead(out var first))
            {
                var file = FileOf($"{first.Symbol}-book-{Stamp(first.Time.Ms)}");
                if (Open(new ImportedSegment(path, file, DataKind.Book, first.Symbol, 0, archive.Stats), false) is not { } writer)
                {
                    return;
                }

                writer.Add(first);
                while (archive.TryRead(out var update))
                {
                    writer.Add(update);
                }

                _pending[^1] = (writer, _pending[^1].Segment with { Rows = archive.Stats.Rows, Stats = archive.Stats });
                if (archive.Stats.Gaps > 0)
                {
                    _warnings.Add(DataWarnings.BookGaps(path, archive.Stats.Gaps));
                }
            }

            if (archive.Error is { } error)
            {
                Accepts(error, false, archive.Stats.Rows > 0);
            }
        }

        private string FileOf(string name) => Path.Combine(folder, name + SegmentFormat.Extension);

        private TickSegmentWriter? Open(ImportedSegment segment, bool isSynthetic)
        {
            if (_pending.Any(p => p.Segment.File == segment.File))
            {
                _errors.Add(new Error
                {
                    File = segment.Source,
                    Value = segment.File,
                    Rule = "same_segment",
                    Message = $"it would become {segment.File}, as another source does; name one of them, or import into different folders",
                });
                return null;
            }

            var writer = new TickSegmentWriter(segment.File, segment.Symbol, isSynthetic);
            _pending.Add((writer, segment));
            return writer;
        }

        private static string? Name(SymbolTape tape)
        {
            var parts = new List<(string What, long First)>();
            parts.AddRange(tape.Trades is { Count: > 0 } trades ? [("trades", trades.Time[0])] : []);
            parts.AddRange(tape.Klines.Where(k => k.Count > 0).Select(k => ($"klines-{k.Interval}", k.Start[0])));
            parts.AddRange(tape.Book.Count > 0 ? [("book", tape.Book[0].Time.Ms)] : []);
            parts.AddRange(tape.Tickers is { Count: > 0 } tickers ? [("tickers", tickers.Time[0])] : []);
            parts.AddRange(tape.Funding.Length > 0 ? [("funding", tape.Funding[0].Time)] : []);
            return parts.Count == 0 ? null : $"{tape.Symbol}-{(parts.Count == 1 ? parts[0].What : "all")}-{Stamp(parts.Min(p => p.First))}";
        }

        private static string Stamp(long ms) =>
            DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
    }
}

/// <summary>Writes all series of a tape into one segment; also used to keep the generated sample.</summary>
public static class TapeWriter
{
    public static void Write(TickSegmentWriter writer, SymbolTape tape)
    {
        if (tape.Trades is { } trades)
        {
            writer.Add(trades);
        }

        foreach (var klines in tape.Klines)
        {
            writer.Add(klines);
        }

        foreach (var update in tape.Book)
        {
            writer.Add(update);
        }

        if (tape.Tickers is { } tickers)
        {
            writer.Add(tickers);
        }

        writer.Add(tape.Funding);
        writer.Add(tape.Gaps);
    }
}
