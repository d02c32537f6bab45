using StrategyHost.Host.Live;

namespace StrategyHost.Host.Doctor;

/// <summary>The data directory: who holds it, its rights, its space.</summary>
internal static class DirectoryChecks
{
    private const string Check = "data directory";
    private const long SpaceProblemBytes = 100L << 20;
    private const long SpaceWarningBytes = 2L << 30;

    public static IEnumerable<Finding> Look(string directory, HostAddress? host)
    {
        if (File.Exists(directory))
        {
            return [Finding.Problem(Check, $"{directory} is a file", "name a folder with --data or dataDirectory")];
        }

        if (!Directory.Exists(directory))
        {
            return [Finding.Ok(Check, $"{directory} does not exist yet: the first run makes it"), Space(Existing(directory))];
        }

        return [Lock(directory, host), Rights(directory), Space(directory)];
    }

    private static Finding Lock(string directory, HostAddress? host) => Finding.Ok(Check, host is null
        ? $"{directory}: no host runs on it" : $"{directory}: held by process {host.ProcessId}, mode {host.Mode}, since {host.StartedAt}");

    private static Finding Rights(string directory)
    {
        try
        {
            using var probe = new FileStream(Path.Combine(directory, $"doctor-{Guid.NewGuid():N}"), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            });
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Finding.Problem("rights", $"nothing can be written into {directory}: {problem.Message}",
                "give this user the right to write there, or name another folder with --data");
        }

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(directory) & Others) != 0
            ? Finding.Warning("rights", $"other users of this machine can look into {directory}", $"chmod 700 {directory}")
            : Finding.Ok("rights", "writable, and its owner's only");
    }

    private static Finding Space(string directory)
    {
        try
        {
            var free = new DriveInfo(directory).AvailableFreeSpace;
            var text = $"{free >> 20} MB free";
            return free < SpaceProblemBytes
                ? Finding.Problem("disk space", text, "free some: without space for its journal an account enters nothing")
                : free < SpaceWarningBytes
                    ? Finding.Warning("disk space", text, "free some: journals and market tapes grow with every day")
                    : Finding.Ok("disk space", text);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Finding.Warning("disk space", $"cannot be found out: {problem.Message}", "look with: df");
        }
    }

    private static string Existing(string directory)
    {
        var there = directory;
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } above)
        {
            there = above;
        }

        return there;
    }
}
