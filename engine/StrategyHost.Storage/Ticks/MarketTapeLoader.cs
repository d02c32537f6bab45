using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Import;

namespace StrategyHost.Storage.Ticks;

/// <summary>
/// Which part of the data a backtest wants: one symbol, and from ≤ time &lt; to. Also names the symbol of candles without one.
/// </summary>
public sealed record TapeFilter(Symbol? Symbol = null, Timestamp? From = null, Timestamp? To = null)
{
    public static readonly TapeFilter All = new();
}

/// <summary>
/// Loads files and folders of any readable format into one <see cref="MarketTape"/>. Called by <c>backtest</c> and <c>emulate</c>.
/// <list type="number">
/// <item>Files are taken in the order given, the files of a folder (and its subfolders) by ordinal name.</item>
/// <item>A damaged or unsorted file fails the load; nothing is mended silently. What was counted is in the warnings.</item>
/// <item>Series of one symbol are joined by time; files that overlap are an error, except candles that repeat exactly.</item>
/// <item>A book cut by <see cref="TapeFilter.From"/> starts with a snapshot of its state at that time.</item>
/// </list>
/// </summary>
public static class MarketTapeLoader
{
    public static Result<MarketTape> Load(
        IReadOnlyList<string> paths, TapeFilter? filter = null, IProgress<ImportProgress>? progress = null)
    {
        filter ??= TapeFilter.All;
        var found = DataFolder.Expand(paths);
        if (!found.IsOk)
        {
            return Result<MarketTape>.Failed(found.Errors);
        }

        try
        {
            using var hash = new FileHash();
            var load = new Loading(filter, progress, hash);
            foreach (var (path, isFromFolder) in found.Value)
            {
                load.Add(path, isFromFolder);
            }

            return load.Finish();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new Error { Rule = "unreadable", Message = $"the data cannot be read: {problem.Message}" };
        }
    }

    private sealed class Loading(TapeFilter filter, IProgress<ImportProgress>? progress, FileHash hash)
    {
        private readonly List<Error> _errors = [];
        private readonly List<string> _warnings = [];
        private readonly List<TapeFile> _files = [];
        private readonly List<(string File, SymbolTape Tape)> _parts = [];
        private readonly SortedSet<string> _otherSymbols = new(StringComparer.Ordinal);
        private bool _isSynthetic;

        public void Add(string path, bool isFromFolder)
        {
            var read = DataFile.Read(path, filter.Symbol, progress);
            if (read.Error is { } error)
            {
                // A folder may hold a readme beside the data; a file that was named may not be one.
                if (isFromFolder && error.Rule == "unknown_format")
                {
                    _warnings.Add($"{path} was skipped: it is not market data");
                }
                else
                {
                    _errors.Add(error);
                }

                return;
            }

            var content = read.Data!; // set whenever there is no error
            var wanted = content.Symbols.Where(s => filter.Symbol is null || s.Symbol == filter.Symbol).ToList();
            _otherSymbols.UnionWith(content.Symbols.Except(wanted).Select(s => s.Symbol.Name));
            if (wanted.Count == 0)
            {
                return;
            }

            _parts.AddRange(wanted.Select(tape => (path, tape)));
            _files.Add(new TapeFile(path, content.Kind, read.Stats.Rows, hash.Add(path)));
            _warnings.AddRange(DataWarnings.Of(read));
            _isSynthetic |= content.IsSynthetic;
        }

        public Result<MarketTape> Finish()
        {
            if (_errors.Count > 0)
            {
                return Result<MarketTape>.Failed(_errors);
            }

            var symbols = new List<SymbolTape>();
            foreach (var group in _parts.GroupBy(p => p.Tape.Symbol.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                var joined = TapeJoin.Join([.. group], _warnings);
                if (!joined.IsOk)
                {
                    return Result<MarketTape>.Failed(joined.Errors);
                }

                var cut = TapeCut.Between(joined.Value, filter.From, filter.To);
                if (cut.Events > 0)
                {
                    symbols.Add(cut);
                }
                else if (cut.Funding.Length > 0)
                {
                    _warnings.Add($"{cut.Symbol} has funding rates but no market data in this span");
                }
            }

            return symbols.Count == 0 ? NoData() : new MarketTape
            {
                Symbols = symbols,
                Files = _files,
                Sha256 = hash.Total(),
                IsSynthetic = _isSynthetic,
                Warnings = _warnings,
            };
        }

        private Error NoData()
        {
            var others = _otherSymbols.Count == 0 ? "" : $"; the files hold {string.Join(", ", _otherSymbols)}";
            var (from, to) = (filter.From?.ToString() ?? "the start", filter.To?.ToString() ?? "the end");
            var span = filter.From is null && filter.To is null ? "" : $" from {from} to {to}";
            return new Error
            {
                Field = "data",
                Value = filter.Symbol?.Name,
                Rule = _otherSymbols.Count > 0 && filter.Symbol is not null ? "unknown_symbol" : "no_data",
                Message = $"there are no market data{(filter.Symbol is { } symbol ? $" of {symbol}" : "")}{span}{others}",
            };
        }
    }
}
