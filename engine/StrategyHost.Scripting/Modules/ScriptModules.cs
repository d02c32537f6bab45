using System.Security.Cryptography;
using System.Text;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting.Border;

namespace StrategyHost.Scripting.Modules;

/// <summary>
/// The files of one strategy: finds what <c>require()</c> names inside the strategy's folder, wraps it as a CommonJS function, and
/// remembers every text for the hash and for messages. Refuses what leaves the folder, by path or by symbolic link, and anything after
/// loading.
/// </summary>
internal sealed class ScriptModules
{
    public const string Main = "@main";

    /// <summary>An expression from outside; see <see cref="WrapExpression"/>.</summary>
    public const string Console = "@console";
    private const int CharactersMax = 1_000_000;
    private const int FilesMax = 200;
    private const string Head = "(function(exports,require,module){";

    /// <summary>As long as <see cref="Head"/>, so that columns in messages are right.</summary>
    private const string ExpressionHead = "(function(ctx,strategy){ return  (";

    private static readonly string Tail = "\n;return {"
        + string.Join(",", CallbackNames().Select(n => $"{n}:typeof {n}==='undefined'?undefined:{n}"))
        + "};\n})";

    private readonly ScriptSource _source;
    private readonly IScriptFiles _files;
    private readonly Dictionary<string, string> _texts;
    private readonly List<string> _order = [Main];
    private readonly string _folder;
    private bool _leadsOut;

    public ScriptModules(ScriptSource source)
    {
        _source = source;
        _files = source.Files ?? new DiskFiles();
        _texts = new(StringComparer.Ordinal) { [Main] = Clean(source.Text) };
        _folder = _files.RealPath(Path.GetFullPath(source.Folder.Length == 0 ? "." : source.Folder));
    }

    /// <summary>Characters that stand before the author's on the first line.</summary>
    public static int HeadLength => Head.Length;

    /// <summary>True once <c>settings()</c> has run: from then on the set of files is fixed.</summary>
    public bool Closed { get; set; }

    /// <summary>A syntax error found in a required file; more telling than the error that the script saw.</summary>
    public Error? SyntaxError { get; set; }

    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(_source.Text));
        foreach (var id in _order.Skip(1))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(_texts[id]));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>What messages call the module.</summary>
    public string FileOf(string id) => id == Main ? _source.File : id;

    /// <summary>False below a folder of packages, where a strategy's rules on words do not hold.</summary>
    public static bool IsStrategyFile(string id) =>
        !id.StartsWith("node_modules/", StringComparison.Ordinal) && !id.Contains("/node_modules/", StringComparison.Ordinal);

    /// <summary>The text behind a file name as messages show it; null for files that are not the strategy's.</summary>
    public string? TextOf(string file) => file == _source.File ? _texts[Main] : _texts.GetValueOrDefault(file);

    public string Read(string id) => _texts[id];

    public ModuleText Wrap(string id) => new(FileOf(id), _texts[id], Head + _texts[id] + (id == Main ? Tail : "\n})"), Head.Length);

    /// <summary>A function of ctx and the strategy's callbacks that gives the expression's value.</summary>
    public static ModuleText WrapExpression(string expression) =>
        new("console", expression, ExpressionHead + expression + "\n)\n})", ExpressionHead.Length);

    /// <summary>The module id for <c>require(spec)</c> in the module <paramref name="from"/>; its text is read and kept.</summary>
    public string Resolve(string from, string spec)
    {
        if (spec.Length == 0 || Path.IsPathRooted(spec) || spec.Contains('\0', StringComparison.Ordinal)
            || spec.Contains('\\', StringComparison.Ordinal))
        {
            throw new ScriptRefusalException(
                $"require('{spec}'): give a relative path such as './lib/levels.js' or a name in node_modules");
        }

        _leadsOut = false;
        foreach (var start in Starts(from, spec))
        {
            if (Find(start) is { } path)
            {
                return Keep(path, spec);
            }
        }

        throw new ScriptRefusalException(_leadsOut
            ? $"require('{spec}'): a symbolic link leads out of the strategy's folder; copy the file into it"
            : $"require('{spec}'): no such file in the strategy's folder");
    }

    /// <summary>
    /// Where a relative or bare name may begin: beside the module, or in node_modules there and further up inside the folder.
    /// </summary>
    private IEnumerable<string> Starts(string from, string spec)
    {
        var beside = from == Main ? MainFolder() : Path.GetDirectoryName(Path.Combine(_folder, from)) ?? _folder;
        if (spec.StartsWith("./", StringComparison.Ordinal) || spec.StartsWith("../", StringComparison.Ordinal) || spec is "." or "..")
        {
            yield return Path.GetFullPath(Path.Combine(beside, spec));
            yield break;
        }

        for (var at = beside; at is not null && IsInside(at); at = Path.GetDirectoryName(at))
        {
            yield return Path.GetFullPath(Path.Combine(at, "node_modules", spec));
        }
    }

    private string MainFolder()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(_source.File));
        return folder is not null && IsInside(folder) ? folder : _folder;
    }

    private string? Find(string path)
    {
        if (!IsInside(path))
        {
            throw new ScriptRefusalException("require: the path leaves the strategy's folder; keep required files inside it");
        }

        foreach (var candidate in (string[])[path, path + ".js", path + ".json", PackageMain(path), Path.Combine(path, "index.js")])
        {
            if (candidate.Length > 0 && Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    private string PackageMain(string folder)
    {
        var file = Path.Combine(folder, "package.json");
        if (!Exists(file) || !IsSmall(file))
        {
            return "";
        }

        // A main may be a file, a file without its ending, or a folder with an index.js.
        var main = PackageManifest.Entry(_files.Read(file));
        var path = main is null ? "" : Path.GetFullPath(Path.Combine(folder, main));
        return path.Length == 0 || Exists(path) ? path : Exists(path + ".js") ? path + ".js" : Path.Combine(path, "index.js");
    }

    /// <summary>Whether there is such a file in the folder. Of what is outside, by path or by link, nothing is looked at.</summary>
    private bool Exists(string path)
    {
        if (!IsInside(path))
        {
            return false;
        }

        if (!IsInside(_files.RealPath(path)))
        {
            _leadsOut = true;
            return false;
        }

        return _files.Exists(path);
    }

    private string Keep(string path, string spec)
    {
        var real = _files.RealPath(path); // inside, as it was found
        var id = Path.GetRelativePath(_folder, real).Replace(Path.DirectorySeparatorChar, '/');
        if (_texts.ContainsKey(id))
        {
            return id;
        }

        if (Closed)
        {
            throw new ScriptRefusalException(
                $"require('{spec}'): files are required while the script loads, not in a callback; move it to the top");
        }

        if (_order.Count > FilesMax || !IsSmall(real))
        {
            throw new ScriptRefusalException(
                $"require('{spec}'): a strategy holds at most {FilesMax} files of {CharactersMax} characters each");
        }

        _texts[id] = Clean(_files.Read(real));
        _order.Add(id);
        return id;
    }

    private bool IsInside(string path) =>
        path == _folder || path.StartsWith(_folder.TrimEnd('/') + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private bool IsSmall(string path) => _files.Length(path) <= CharactersMax;

    private static string Clean(string text)
    {
        var plain = text.TrimStart('\uFEFF');
        return plain.StartsWith("#!", StringComparison.Ordinal) ? "//" + plain[2..] : plain;
    }

    private static string[] CallbackNames() =>
    [
        "on_kline", "on_orderbook", "on_ticker", "on_trade", "on_fill", "on_order", "on_timer", "on_start", "on_stop", "export_state",
        "import_state", "settings",
    ];
}
