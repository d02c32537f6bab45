using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Ticks;

/// <summary>Joins what several files hold of one symbol. Overlaps are errors: which of two answers is right is not ours to guess.</summary>
internal static class TapeJoin
{
    public static Result<SymbolTape> Join(IReadOnlyList<(string File, SymbolTape Tape)> parts, List<string> warnings)
    {
        var trades = Sorted(parts, t => t.Trades, b => b.Time);
        var tickers = Sorted(parts, t => t.Tickers, b => b.Time);
        var book = Sorted(parts, t => t.Book.Count == 0 ? null : t.Book, b => [b[0].Time.Ms, b[^1].Time.Ms]);
        var funding = Sorted(parts, t => t.Funding.Length == 0 ? null : t.Funding, f => [.. f.Select(r => r.Time)]);
        var error = Overlap(trades, "trades") ?? Overlap(tickers, "tickers") ?? Overlap(book, "book updates")
            ?? Overlap(funding, "funding rates", isStrict: true);
        if (error is not null)
        {
            return error;
        }

        var klines = Klines(parts, warnings);
        return klines.IsOk
            ? new SymbolTape
            {
                Symbol = parts[0].Tape.Symbol,
                Trades = trades.Count == 0 ? null : Ticks.Join.Trades([.. trades.Select(t => t.Block)]),
                Klines = klines.Value,
                Tickers = tickers.Count == 0 ? null : Ticks.Join.Tickers([.. tickers.Select(t => t.Block)]),
                Book = book.Count == 1 ? book[0].Block : [.. book.SelectMany(b => b.Block)],
                Funding = [.. funding.SelectMany(f => f.Block)],
                Gaps = [.. parts.SelectMany(p => p.Tape.Gaps).OrderBy(g => g.FromMs)],
            }
            : Result<SymbolTape>.Failed(klines.Errors);
    }

    private static List<(string File, T Block, long First, long Last)> Sorted<T>(
        IReadOnlyList<(string File, SymbolTape Tape)> parts, Func<SymbolTape, T?> pick, Func<T, long[]> time)
        where T : class
    {
        var found = new List<(string File, T Block, long First, long Last)>();
        foreach (var (file, tape) in parts)
        {
            if (pick(tape) is { } block && time(block) is { Length: > 0 } times)
            {
                found.Add((file, block, times[0], times[^1]));
            }
        }

        // OrderBy is stable: files that begin together keep the order in which they were given, and overlap below.
        return [.. found.OrderBy(f => f.First)];
    }

    private static Error? Overlap<T>(List<(string File, T Block, long First, long Last)> sorted, string what, bool isStrict = false)
    {
        for (var i = 1; i < sorted.Count; i++)
        {
            var (before, after) = (sorted[i - 1], sorted[i]);
            var isTwice = after.First == before.First && after.Last == before.Last;
            if (after.First < before.Last || (isStrict && after.First == before.Last) || isTwice)
            {
                return Overlapping(after.File, before.File, what, after.First);
            }
        }

        return null;
    }

    private static Error Overlapping(string file, string other, string what, long atMs) => new()
    {
        File = file,
        Value = new Timestamp(atMs).ToString(),
        Rule = "overlap",
        Message = $"its {what} overlap those of {other} from {new Timestamp(atMs)} on; name only one of the files",
    };

    private static Result<IReadOnlyList<KlineBlock>> Klines(IReadOnlyList<(string File, SymbolTape Tape)> parts, List<string> warnings)
    {
        var blocks = parts.SelectMany(p => p.Tape.Klines.Where(k => k.Count > 0).Select(k => (p.File, Block: k)));
        var result = new List<KlineBlock>();
        foreach (var group in blocks.GroupBy(b => b.Block.Interval).OrderBy(g => g.Key))
        {
            var joined = new List<KlineBlock>();
            var previous = "";
            foreach (var (file, block) in group.OrderBy(b => b.Block.Start[0]))
            {
                var repeated = joined.Count == 0 ? 0 : Repeated(joined[^1], block);
                if (repeated < 0)
                {
                    return Overlapping(file, previous, $"{group.Key} candles", block.Start[0]);
                }

                if (repeated > 0)
                {
                    var (name, other) = (Path.GetFileName(file), Path.GetFileName(previous));
                    warnings.Add($"{name}: {repeated} candles repeat those of {other} and were left out");
                }

                if (repeated < block.Count)
                {
                    joined.Add(Ticks.Join.Slice(block, repeated..block.Count));
                }

                previous = file;
            }

            result.Add(Ticks.Join.Klines(joined));
        }

        return result;
    }

    // How many candles at the front of the later block are exactly those at the end of the earlier one; −1 when they differ.
    private static int Repeated(KlineBlock before, KlineBlock after)
    {
        var count = after.Start.TakeWhile(s => s <= before.Start[^1]).Count();
        var at = Array.BinarySearch(before.Start, after.Start[0]);
        if (count == 0)
        {
            return 0;
        }

        if (at < 0 || before.Count - at < count)
        {
            return -1;
        }

        for (var i = 0; i < count; i++)
        {
            var isSame = before.Start[at + i] == after.Start[i] && before.Open[at + i] == after.Open[i]
                && before.High[at + i] == after.High[i] && before.Low[at + i] == after.Low[i]
                && before.Close[at + i] == after.Close[i] && before.Volume[at + i] == after.Volume[i];
            if (!isSame)
            {
                return -1;
            }
        }

        return count;
    }
}
