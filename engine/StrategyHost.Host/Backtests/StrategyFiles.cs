using StrategyHost.Host.Authoring.Testing;

namespace StrategyHost.Host.Backtests;

/// <summary>The scripts that somebody may have meant who named a file that is not there.</summary>
internal static class StrategyFiles
{
    private const string Extension = ".js";

    /// <summary>
    /// <c> Did you mean 'strategies/my_first.js'?</c>, or nothing: a script of nearly this name in the folder that was named, or for a bare
    /// name in <c>strategies/</c>. A file of tests is meant only where tests are wanted, and then nothing else is.
    /// </summary>
    public static string Hint(string file, bool isTest = false)
    {
        var bare = Path.GetFileName(file).Replace(TestHandler.Suffix, "", StringComparison.Ordinal)
            .Replace(Extension, "", StringComparison.Ordinal);
        var name = bare + (isTest ? TestHandler.Suffix : Extension);
        string[] folders = Path.GetDirectoryName(file) is { Length: > 0 } folder ? [folder] : [".", "strategies"];
        foreach (var place in folders.Where(Directory.Exists))
        {
            var names = Names(place).Where(n => n.EndsWith(TestHandler.Suffix, StringComparison.Ordinal) == isTest);
            if (NearestName.Find(name, names) is { } nearest)
            {
                return $" Did you mean '{(place == "." ? nearest : Path.Combine(place, nearest))}'?";
            }
        }

        return "";
    }

    private static IEnumerable<string> Names(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*" + Extension).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return []; // a hint that cannot be given is none
        }
    }
}
