namespace StrategyHost.Storage.Import;

/// <summary>A growing column in chunks, so that growing copies nothing; joined once, at the end.</summary>
internal sealed class Column<T>
    where T : struct
{
    private const int ChunkBits = 14;
    private const int Chunk = 1 << ChunkBits;
    private readonly List<T[]> _chunks = [];
    private T[] _tail = [];

    public int Count { get; private set; }
    public T Last => _tail[(Count - 1) & (Chunk - 1)];

    public void Add(T item)
    {
        var at = Count & (Chunk - 1);
        if (at == 0)
        {
            _tail = new T[Chunk];
            _chunks.Add(_tail);
        }

        _tail[at] = item;
        Count++;
    }

    public T[] ToArray(bool reversed = false)
    {
        var result = new T[Count];
        for (var i = 0; i < _chunks.Count; i++)
        {
            var start = i << ChunkBits;
            _chunks[i].AsSpan(0, Math.Min(Chunk, Count - start)).CopyTo(result.AsSpan(start));
        }

        if (reversed)
        {
            Array.Reverse(result);
        }

        return result;
    }
}

/// <summary>
/// Direction of a file's times: the first two different ones decide, every later row must agree. A file that is newest first throughout
/// may be reversed (old archives); anything else is disorder and an error. A single step down at the beginning, after which times rise,
/// is itself the disorder.
/// </summary>
internal struct TimeOrder
{
    private long? _last;
    private bool _isDecided;
    private bool _hasOneStep;
    private (long Line, string Text) _first;

    public bool IsDescending { get; private set; }

    /// <summary>After a refusal: the row that is to blame, with its time as the file spells it.</summary>
    public (long Line, string Text) Culprit { get; private set; }

    public bool Accepts(long time, long line, ReadOnlySpan<byte> text)
    {
        var last = _last ?? time;
        _last = time;
        if (time == last)
        {
            return true;
        }

        if (!_isDecided)
        {
            _isDecided = true;
            _hasOneStep = true;
            IsDescending = time < last;
            _first = IsDescending ? (line, ImportErrors.Text(text)) : default;
            return true;
        }

        if (time < last == IsDescending)
        {
            _hasOneStep = false;
            return true;
        }

        Culprit = IsDescending && _hasOneStep ? _first : (line, ImportErrors.Text(text));
        return false;
    }

    public static (string Rule, string Message) Problem { get; } =
        ("unsorted", "it is out of order with the row before; sort the file by time first");
}
