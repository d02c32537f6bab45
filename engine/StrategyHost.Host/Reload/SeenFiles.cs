using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Backtests;
using StrategyHost.Scripting.Modules;

namespace StrategyHost.Host.Reload;

/// <summary>
/// The disk, with a note of every path that loading a script asked for, whether it was there or not: what has to be watched, also when
/// loading failed. Each file is read once, so that a version is of one piece. For one load, on one thread.
/// </summary>
internal sealed class SeenFiles : IScriptFiles
{
    private readonly DiskFiles _disk = new();
    private readonly Dictionary<string, string?> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _real = new(StringComparer.Ordinal);
    private string _folder = "";

    /// <summary>Full paths that were asked for; of what is beyond a link that leads out of the folder only the link.</summary>
    public IReadOnlyCollection<string> Paths =>
        [.. _texts.Keys, .. _real.Where(r => !IsInside(r.Value)).Select(r => LinkIn(r.Key)).Distinct()];

    /// <summary>The strategy's own file; what it requires is read through this.</summary>
    public Result<ScriptSource> Source(string file)
    {
        var source = LoadedStrategy.Read(file);
        var path = Path.GetFullPath(file);
        (_folder, _texts[path]) = (_disk.RealPath(Path.GetDirectoryName(path) ?? "/"), source.IsOk ? source.Value.Text : null);
        return source.IsOk ? source.Value with { Files = this } : source;
    }

    public bool Exists(string path) => Text(path) is not null;

    public string RealPath(string path)
    {
        if (!_real.TryGetValue(path, out var real))
        {
            _real.Add(path, real = _disk.RealPath(path));
        }

        return real;
    }

    public long Length(string path) => Text(path)?.Length ?? 0;

    public string Read(string path) => Text(path) ?? throw new FileNotFoundException("it was deleted a moment ago", path);

    /// <summary>
    /// A file has other contents than were read here, has come, or is gone; or a link leads elsewhere now, and what is there is not read.
    /// </summary>
    public bool IsOutdated() => _real.Any(r => _disk.RealPath(r.Key) != r.Value) || _texts.Any(t => ReadNow(t.Key) != t.Value);

    /// <summary>What was read, for loading the same again whatever the disk says then.</summary>
    public IScriptFiles Keep() => new KeptFiles(new(_texts, StringComparer.Ordinal), new(_real, StringComparer.Ordinal));

    /// <summary>The files that there were, by full path.</summary>
    public IEnumerable<KeyValuePair<string, string>> Texts =>
        _texts.Where(t => t.Value is not null).Select(t => KeyValuePair.Create(t.Key, t.Value!)); // it was just asked

    private bool IsInside(string path) => path == _folder || path.StartsWith(_folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private string LinkIn(string path)
    {
        var at = _folder;
        return Path.GetRelativePath(_folder, path).Split('/').Select(part => at = Path.Combine(at, part))
            .FirstOrDefault(link => !IsInside(_disk.RealPath(link)), path);
    }

    private string? Text(string path)
    {
        if (!_texts.TryGetValue(path, out var text))
        {
            _texts.Add(path, text = ReadNow(path));
        }

        return text;
    }

    // A folder, or a file that an editor is just replacing, is as good as none: the next change brings the rest.
    private string? ReadNow(string path)
    {
        try
        {
            return _disk.Exists(path) && _disk.Length(path) <= LoadedFileMax ? _disk.Read(path) : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Bytes beyond which no file of a script is read.</summary>
    private const long LoadedFileMax = 4 * 1024 * 1024;

    private sealed class KeptFiles(Dictionary<string, string?> texts, Dictionary<string, string> real) : IScriptFiles
    {
        public bool Exists(string path) => texts.GetValueOrDefault(path) is not null;

        public string RealPath(string path) => real.GetValueOrDefault(path, path);

        public long Length(string path) => texts.GetValueOrDefault(path)?.Length ?? 0;

        public string Read(string path) => texts.GetValueOrDefault(path) ?? throw new FileNotFoundException("not of this version", path);
    }
}
