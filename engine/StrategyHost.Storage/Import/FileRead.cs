using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Import;

/// <summary>Progress of reading: rows so far, and bytes of the file as stored (compressed ones, where it is compressed).</summary>
public readonly record struct ImportProgress(string File, long Rows, long BytesRead, long BytesTotal);

/// <summary>How a file spells its times.</summary>
public enum TimeFormat { Seconds, Milliseconds, Iso }

/// <summary>
/// What was counted while one file was read. Nothing is mended silently: whatever was left out or turned round is a number here and a
/// sentence in <see cref="Notes"/>.
/// </summary>
public sealed record ReadStats
{
    /// <summary>Good rows, duplicates not included.</summary>
    public long Rows { get; init; }

    /// <summary>Rows that repeat an earlier one exactly; left out.</summary>
    public long Duplicates { get; init; }

    /// <summary>Holes: missing candles in a row, a silence of more than 5 minutes between trades, a jump of a book's update id.</summary>
    public long Gaps { get; init; }

    /// <summary>Candles missing in all gaps.</summary>
    public long MissingCandles { get; init; }

    /// <summary>Rows older than their predecessor, in a file that is newest first throughout and was reversed; otherwise 0.</summary>
    public long Disorder { get; init; }

    /// <summary>Which spelling of time was found; null where the format fixes it.</summary>
    public TimeFormat? TimeFormat { get; init; }

    /// <summary>One sentence each, to be shown to the user.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>
/// The outcome of reading one file: the good rows before the first problem, the counts, and the problem. Rows before an error are not lost,
/// but whoever uses them says so explicitly; <see cref="Strict"/> is the default.
/// </summary>
public sealed record FileRead<T>(string File, T? Data, ReadStats Stats, Error? Error)
    where T : class
{
    /// <summary>The data of a file that is whole; otherwise its error.</summary>
    public Result<T> Strict() => Error is not null ? Error : Data!; // Data is set whenever there is no error.
}
