using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Reload;

/// <summary>
/// Notices that files of strategies may have changed: by the file system's events, and by looking at sizes and times now and then where
/// those do not come (network folders, too many watches). A change is told when nothing has moved for <see cref="Quiet"/>, since editors
/// write in several steps. Whether the contents differ is for who is told. Thread-safe.
/// </summary>
internal sealed class ScriptWatch : IDisposable
{
    /// <summary>How long files must have been still.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(60);

    /// <summary>How often files are looked at without an event.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);

    private readonly Lock _gate = new();
    private readonly Action<StrategyId> _changed;
    private readonly Dictionary<StrategyId, Watched> _strategies = [];
    private readonly Dictionary<string, FileSystemWatcher> _folders = new(StringComparer.Ordinal);
    private readonly ITimer _timer;
    private bool _isClosed;

    /// <param name="time">The clock of the looks.</param>
    /// <param name="changed">Told of a strategy whose files moved; on a pool thread.</param>
    public ScriptWatch(TimeProvider time, Action<StrategyId> changed)
    {
        _changed = changed;
        _timer = time.CreateTimer(_ => Look(), null, Poll, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What a strategy's version is made of, in place of what was followed of it before.</summary>
    public void Follow(StrategyId strategy, IEnumerable<string> paths)
    {
        lock (_gate)
        {
            string[] all = [.. paths.Order(StringComparer.Ordinal)];
            _strategies[strategy] = new Watched(all, Stamp(all));
            foreach (var folder in all.Select(Path.GetDirectoryName).OfType<string>().Distinct())
            {
                Watch(folder);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _timer.Dispose();
            foreach (var watcher in _folders.Values)
            {
                watcher.Dispose();
            }

            _folders.Clear();
        }
    }

    private void Watch(string folder)
    {
        if (_isClosed || _folders.ContainsKey(folder) || !Directory.Exists(folder))
        {
            return;
        }

        try
        {
            var watcher = new FileSystemWatcher(folder);
            watcher.Changed += Moved;
            watcher.Created += Moved;
            watcher.Deleted += Moved;
            watcher.Renamed += Moved;
            watcher.EnableRaisingEvents = true;
            _folders.Add(folder, watcher);
        }
        catch (Exception none) when (none is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // No watch to be had: the looks find the change a little later.
        }
    }

    private void Moved(object sender, FileSystemEventArgs moved)
    {
        lock (_gate)
        {
            if (!_isClosed && _strategies.Values.Any(s => s.Paths.Contains(moved.FullPath)))
            {
                _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Look()
    {
        List<StrategyId> changed = [];
        lock (_gate)
        {
            var isMoving = false;
            foreach (var (strategy, watched) in _strategies)
            {
                var stamp = Stamp(watched.Paths);
                if (stamp == watched.Told)
                {
                    watched.Seen = null;
                }
                else if (stamp == watched.Seen)
                {
                    (watched.Told, watched.Seen) = (stamp, null);
                    changed.Add(strategy);
                }
                else
                {
                    (watched.Seen, isMoving) = (stamp, true);
                }
            }

            if (!_isClosed)
            {
                _timer.Change(isMoving ? Quiet : Poll, Timeout.InfiniteTimeSpan);
            }
        }

        changed.ForEach(_changed);
    }

    private static string Stamp(string[] paths) => string.Join('|', paths.Select(Stamp));

    private static string Stamp(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists ? FormattableString.Invariant($"{file.LastWriteTimeUtc.Ticks} {file.Length}") : "-";
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return "-";
        }
    }

    private sealed class Watched(string[] paths, string told)
    {
        public string[] Paths { get; } = paths;
        public string Told { get; set; } = told;
        public string? Seen { get; set; }
    }
}
