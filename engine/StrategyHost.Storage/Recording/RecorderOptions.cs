using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Recording;

/// <summary>How a recording is written.</summary>
public sealed record RecorderOptions
{
    /// <summary>A segment ends with the first row at or after each multiple of this, in ms of UTC.</summary>
    public long SegmentMs { get; init; } = 3_600_000;

    /// <summary>
    /// Rows wait at most so long, in ms, to be handed to the operating system when <see cref="SegmentRecorder.PassTime"/> is called. With
    /// a call each second a process that is killed loses less than 5 s.
    /// </summary>
    public long FlushMs { get; init; } = 4_000;

    /// <summary>Levels of the recorded book per side: the feed's depth.</summary>
    public int BookDepth { get; init; } = 50;

    /// <summary>The market is invented; every report on the data says so.</summary>
    public bool IsSynthetic { get; init; }

    /// <summary>Opens the file of a new segment. Unbuffered, so that a failed write leaves nothing behind that fails again.</summary>
    internal Func<string, FileStream> OpenFile { get; init; } =
        path => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
}

/// <summary>One segment of a recording, complete and in place. Rows: of all series, gap marks apart. Times are the exchange's.</summary>
public sealed record RecordedSegment(string File, Symbol Symbol, Timestamp From, Timestamp To)
{
    public required long Rows { get; init; }
    public required int Gaps { get; init; }
    public required long Bytes { get; init; }

    /// <summary>Left behind unfinished by a recorder that died; the blocks that were good.</summary>
    public bool IsSalvaged { get; init; }
}

/// <summary>What has been recorded of one symbol since the start.</summary>
public sealed record RecordedCounts(Symbol Symbol)
{
    public long Trades { get; init; }
    public long BookUpdates { get; init; }
    public long Tickers { get; init; }
    public long Klines { get; init; }
    public long Gaps { get; init; }

    /// <summary>Trades and tickers older than the last one recorded, which could not be written in order.</summary>
    public long LeftOut { get; init; }

    public long Bytes { get; init; }
}
