using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Live;

/// <summary>How a running host is reached; <c>host.json</c> in its data directory, readable by its owner only.</summary>
internal sealed record HostAddress(Uri Url, string Token, int ProcessId, string Mode, string StartedAt);

/// <summary>
/// A data directory that this process holds alone (rule: one host per directory). The lock is the open file, so that it ends with the
/// process however that dies.
/// </summary>
internal sealed class HostDirectory : IDisposable
{
    private const string LockFile = "host.lock";
    private const string AddressFile = "host.json";
    private const string ProbeFile = "room.probe";

    /// <summary>Bytes that a start needs: journals, their logs, the address.</summary>
    private const int RoomMin = 1 << 20;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly FileStream _lock;

    private HostDirectory(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    /// <summary>
    /// Takes the directory, which is made where it is missing; <paramref name="fresh"/> first renames the old one to
    /// <c>DIR.until-TIME</c>. Rule <c>held</c>: another host has it.
    /// </summary>
    public static Result<HostDirectory> Hold(string path, bool fresh, DateTimeOffset now)
    {
        try
        {
            var full = System.IO.Path.GetFullPath(path);
            if (fresh && Directory.Exists(full))
            {
                using (var held = Lock(full))
                {
                }

                Directory.Move(full, full.TrimEnd('/') + ".until-" + now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
            }

            Make(full);
            return new HostDirectory(full, Lock(full));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            var isHeld = problem is IOException { HResult: var code } && (code & 0xFFFF) is 11 or 35 or 32; // EAGAIN, EDEADLK, sharing
            return new Error
            {
                File = path,
                Field = "--data",
                Value = path,
                Rule = isHeld ? "held" : "unusable_directory",
                Message = isHeld
                    ? "another host holds this data directory; stop it, or name another with --data"
                    : $"the data directory cannot be used: {problem.Message}",
            };
        }
    }

    /// <summary>Whether a host has the directory, reachable or not.</summary>
    public static bool IsTaken(string path)
    {
        var directory = System.IO.Path.GetFullPath(path);
        return File.Exists(System.IO.Path.Combine(directory, LockFile)) && IsHeld(directory);
    }

    /// <summary>Where a host that runs on the directory is reached; null when none does, or none that can be.</summary>
    public static HostAddress? Running(string path)
    {
        try
        {
            var directory = System.IO.Path.GetFullPath(path);
            if (!IsTaken(directory))
            {
                return null;
            }

            using var file = File.OpenRead(System.IO.Path.Combine(directory, AddressFile));
            return JsonSerializer.Deserialize<HostAddress>(file, Form);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // it is just starting or ending
        }
    }

    /// <summary>
    /// A host that begins where nothing can be written could not read its journals either (SQLite wants room even for that): it would not
    /// know its own plans, and not find them when there is room again. Null: there is room.
    /// </summary>
    public Error? CheckRoom()
    {
        try
        {
            using var probe = new FileStream(
                System.IO.Path.Combine(Path, ProbeFile), FileMode.Create, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
            probe.Write(new byte[RoomMin]);
            probe.Flush(flushToDisk: true);
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new Error
            {
                File = Path,
                Rule = "disk_full",
                Message = $"the data directory does not take {RoomMin >> 20} MB ({problem.Message}): nothing is started, nothing was sent, "
                    + "what is open keeps its stops at the exchange; free some space and start it again",
            };
        }
    }

    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    /// <summary>Says how this host is reached; whole or not at all.</summary>
    public void Announce(HostAddress address)
    {
        var temporary = System.IO.Path.Combine(Path, AddressFile + ".new");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly; // from its first byte on: it holds the token
        }

        using (var file = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(file, address, Form);
        }

        File.Move(temporary, System.IO.Path.Combine(Path, AddressFile), overwrite: true);
    }

    public void Dispose()
    {
        try
        {
            File.Delete(System.IO.Path.Combine(Path, AddressFile));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Who reads it looks first whether the lock is held.
        }

        _lock.Dispose();
    }

    // What accounts hold, and what was traded, is the owner's business only. A directory that exists keeps its mode.
    private static void Make(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    private static FileStream Lock(string directory) =>
        new(System.IO.Path.Combine(directory, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static bool IsHeld(string directory)
    {
        try
        {
            using var file = Lock(directory);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
}
