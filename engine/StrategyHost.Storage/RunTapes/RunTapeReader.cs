using System.Buffers.Binary;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Storage.RunTapes;

/// <summary>A market input and the number of its step.</summary>
public readonly record struct TapeStep(long Seq, EngineInput Input);

/// <summary>
/// Reads a run's tape, also while it is written, up to its end or to the first byte that is not as it was written. What was read before
/// that is right. Not thread-safe.
/// </summary>
public sealed class RunTapeReader : IDisposable
{
    private readonly FileStream _file;
    private readonly string _path;
    private readonly RunTapeDecoder _decoder = new();
    private bool _isRead;

    private RunTapeReader(FileStream file, string path) => (_file, _path) = (file, path);

    /// <summary>The step with which the run ended in order; null: not read yet, or it did not.</summary>
    public long? EndSeq { get; private set; }

    /// <summary>Why reading ended before the tape's end, once it has; null: it did not.</summary>
    public Error? Problem { get; private set; }

    /// <summary>
    /// What is wrong with it, given that its run did end: it was read to the end of the file, which does not tell of the run's; else null.
    /// </summary>
    public Error? Unended =>
        _isRead && Problem is null && EndSeq is null ? Tear(_file.Length, "it ends before the run did") : null;

    /// <summary>The last step that was read.</summary>
    public long LastSeq { get; private set; }

    public static Result<RunTapeReader> Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var head = new byte[RunTapeFormat.HeadLength];
            var version = RunTapeFormat.VersionOf(head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
            if (version == RunTapeFormat.Version)
            {
                return new RunTapeReader(file, path);
            }

            file.Dispose();
            return version is null
                ? Bad(path, "tape_foreign", "it is no market tape of a run, or its beginning is damaged; put back a copy of it")
                : Bad(path, "tape_version",
                    $"it has version {version} and this program reads {RunTapeFormat.Version}; use the program that wrote it");
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return Bad(path, "tape_missing", "there is no market tape of this run: journal.market was false, or it was older than "
                + "journal.marketHours; without it nothing can be replayed");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Bad(path, "tape_unreadable", $"the market tape cannot be read: {problem.Message}");
        }
    }

    /// <summary>All inputs in the order of their steps; once.</summary>
    public IEnumerable<TapeStep> Read()
    {
        while (Problem is null && NextBlock() is { } block)
        {
            foreach (var entry in Entries(block))
            {
                switch (entry)
                {
                    case { Input: { } input }:
                        LastSeq = entry.Seq;
                        yield return new TapeStep(entry.Seq, input);
                        break;
                    case { Mark: TapeMark.End }:
                        EndSeq = entry.Seq;
                        break;
                    default:
                        Problem = Bad(
                            _path, "tape_gap", $"{entry.Value} inputs from step {entry.Seq} on are missing: the disk took nothing");
                        yield break;
                }
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private List<TapeEntry> Entries(byte[] block)
    {
        if (block[0] != 0)
        {
            _decoder.Reset();
        }

        var entries = new List<TapeEntry>();
        try
        {
            entries.AddRange(_decoder.Read(block.AsMemory(1)));
        }
        catch (Exception problem) when (problem is InvalidDataException or OverflowException)
        {
            Problem = Bad(_path, "tape_damaged", $"a block is no tape: {problem.Message}");
        }

        return entries;
    }

    private byte[]? NextBlock()
    {
        var at = _file.Position;
        var head = new byte[RunTapeFormat.BlockHeadLength];
        var got = _file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (got == 0)
        {
            _isRead = true;
            return null;
        }

        var length = got == head.Length ? BinaryPrimitives.ReadInt32LittleEndian(head) : -1;
        if (length is < 1 or > RunTapeFormat.BlockMax || length > _file.Length - _file.Position)
        {
            return Torn(at, "it ends within a block");
        }

        var block = new byte[length];
        _file.ReadExactly(block);
        return RunTapeFormat.Checksum(block) == BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(4))
            ? block : Torn(at, "a block does not have the checksum that it was written with");
    }

    private byte[]? Torn(long at, string why)
    {
        Problem = Tear(at, why);
        return null;
    }

    private Error Tear(long at, string why) => Bad(_path, "tape_torn", $"{why}; what is before it is whole") with { Offset = at };

    private static Error Bad(string path, string rule, string message) => new() { File = path, Rule = rule, Message = message };
}
