using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Import;

/// <summary>
/// Lines of a <see cref="SourceFile"/> as bytes, without an allocation per line. Ends with false at the end of the data or at the first
/// problem, then in <see cref="Error"/>. An unfinished line before damaged data is not given out.
/// </summary>
internal sealed class LineReader(SourceFile source)
{
    /// <summary>A 1000-level book snapshot takes some 50 KiB; a line beyond this limit is no row of ours.</summary>
    private const int LineBytesMax = 16 << 20;
    private byte[] _buffer = new byte[256 << 10];
    private int _start;
    private int _end;
    private int _scanned;
    private bool _isEnd;
    private long _blankLine;

    public long Line { get; private set; }

    /// <summary>Good rows so far, kept by the reader above for messages and progress.</summary>
    public long Rows { get; set; }
    public Error? Error { get; private set; }
    public SourceFile Source => source;

    /// <summary>The next line that is not blank, without its line end; valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (TryReadAny(out line))
        {
            if (!line.IsEmpty)
            {
                return _blankLine == 0 || Fail(ImportErrors.ColumnCount(source.Path, _blankLine, 1, 0) with { Rule = "blank_line" });
            }

            // Blank lines may end a file, not interrupt it.
            _blankLine = _blankLine == 0 ? Line : _blankLine;
        }

        return false;
    }

    private bool TryReadAny(out ReadOnlySpan<byte> line)
    {
        line = default;
        while (Error is null)
        {
            var at = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
            if (at >= 0)
            {
                line = Take(_scanned + at, 1);
                return true;
            }

            _scanned = _end;
            if (_isEnd)
            {
                if (_start == _end)
                {
                    return false;
                }

                line = Take(_end, 0);
                return true;
            }

            Fill();
        }

        return false;
    }

    private ReadOnlySpan<byte> Take(int end, int terminator)
    {
        var line = _buffer.AsSpan(_start, end - _start);
        _start = _scanned = end + terminator;
        Line++;
        if (Line == 1 && line.StartsWith("\uFEFF"u8))
        {
            line = line[3..];
        }

        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _scanned -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LineBytesMax)
            {
                Fail(ImportErrors.LineTooLong(source.Path, Line + 1, LineBytesMax));
                return;
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        try
        {
            var count = source.Content.Read(_buffer.AsSpan(_end));
            _end += count;
            _isEnd = count == 0;
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException)
        {
            var truncated = problem is EndOfStreamException || source.Position >= source.Length;
            Fail(ImportErrors.Broken(source.Path, source.Position, Rows, truncated, problem.Message));
        }
    }

    private bool Fail(Error error)
    {
        Error = error;
        return false;
    }
}
