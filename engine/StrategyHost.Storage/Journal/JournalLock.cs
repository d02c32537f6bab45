using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// One writer at a time: an open file beside the journal, which ends with its process however that dies. SQLite's own exclusive lock would
/// keep readers out as well.
/// </summary>
internal static class JournalLock
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Takes the lock, and makes an empty journal where there is none.</summary>
    public static Result<FileStream> Hold(string path)
    {
        FileStream? held = null;
        try
        {
            held = Make(path + ".lock");
            if (!File.Exists(path))
            {
                Make(path).Dispose(); // SQLite keeps the mode, and gives it to the log
            }

            return held;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            var isHeld = problem is IOException { HResult: var code } && (code & 0xFFFF) is 11 or 35 or 32; // EAGAIN, EDEADLK, sharing
            return isHeld ? JournalErrors.Locked(path) : JournalErrors.NotWritable(path, problem.Message);
        }
    }

    private static FileStream Make(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }
}
