using System.Globalization;

namespace StrategyHost.Host;

/// <summary>Keeps the details of a bug away from the user's screen: a file in the temporary folder that a report can carry.</summary>
internal static class CrashFile
{
    /// <summary>The file, or null where it could not be written.</summary>
    public static string? Write(Exception bug)
    {
        try
        {
            var stamp = DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
            var path = Path.Combine(Path.GetTempPath(), $"strategyhost-{stamp}-{Environment.ProcessId}.log");
            File.WriteAllText(path, bug + Environment.NewLine);
            return path;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
