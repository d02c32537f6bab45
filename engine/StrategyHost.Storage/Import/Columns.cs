namespace StrategyHost.Storage.Import;

/// <summary>A growing column; cut to size once, at the end.</summary>
internal sealed class Column<T>
    where T : struct
{
    private T[] _items = new T[1024];

    public int Count { get; private set; }
    public T Last => _items[Count - 1];
    public T this[int index] => _items[index];

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        _items[Count++] = item;
    }

    public T[] ToArray(bool reversed)
    {
        var result = _items.AsSpan(0, Count).ToArray();
        if (reversed)
        {
            Array.Reverse(result);
        }

        return result;
    }
}

/// <summary>
/// Direction of a file's times: the first two different ones decide, every later row must agree. A file that is newest first throughout
/// may be reversed (old archives); anything else is disorder and an error.
/// </summary>
internal struct TimeOrder
{
    private long? _last;

    public bool IsDescending { get; private set; }
    private bool _isDecided;

    public bool Accepts(long time)
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
            IsDescending = time < last;
        }

        return time < last == IsDescending;
    }

    public static (string Rule, string Message) Problem { get; } =
        ("unsorted", "it is out of order with the row before; sort the file by time first");
}
