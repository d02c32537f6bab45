using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;
using StrategyHost.Host.Operating;
using StrategyHost.Storage.Backup;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Backup;

/// <summary>A file of a backup.</summary>
internal sealed record BackupFile(string Name, long Bytes, string Sha256);

/// <summary>What a backup holds; stands in it as <c>backup.json</c>.</summary>
internal sealed record BackupManifest(string Time, string DataDirectory, bool WhileRunning, IReadOnlyList<BackupFile> Files);

/// <summary>
/// <c>backup</c> (ADR 30): copies the databases of a data directory and the configuration into a new folder. 1. Each database is copied as
/// of one moment and checked whole. 2. The folder has its name only when everything in it is good. 3. No secret is in it: none is in what
/// is copied. Market tapes and logs are left out.
/// </summary>
internal sealed class BackupHandler(TimeProvider time) : ICommandHandler<BackupArguments>
{
    private static readonly string[] Databases = ["journal-*.db", "view-*.db", SimulatedAccounts.FileName];

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    };

    public CommandOutcome Run(BackupArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var data = Path.GetFullPath(arguments.DataDirectory ?? context.Options.DataDirectory);
        var target = Path.GetFullPath(arguments.OutDirectory);
        if (Objection(data, target) is { } objection)
        {
            return CommandOutcome.Failed([objection]);
        }

        var part = $"{target.TrimEnd(Path.DirectorySeparatorChar)}.part-{Guid.NewGuid():N}";
        try
        {
            Make(part);
            var errors = Copy(data, part, arguments.ConfigFile, cancellation);
            if (errors.Count > 0)
            {
                return CommandOutcome.Failed(errors);
            }

            var manifest = Describe(data, part);
            if (Directory.Exists(target))
            {
                Directory.Delete(target); // it is empty
            }

            Directory.Move(part, target);
            return Told(manifest, target);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return CommandOutcome.Failed([Problem(target, "unusable_directory", $"the copy could not be written: {problem.Message}")]);
        }
        finally
        {
            if (Directory.Exists(part))
            {
                Directory.Delete(part, recursive: true);
            }
        }
    }

    private static IEnumerable<string> Files(string data) =>
        Databases.SelectMany(pattern => Directory.EnumerateFiles(data, pattern)).Order(StringComparer.Ordinal);

    private static Error? Objection(string data, string target)
    {
        if (!Directory.Exists(data) || !Files(data).Any())
        {
            return Problem(data, "nothing_there", "there is no data of a host in it; name its data directory with --data", "--data");
        }

        return Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any() || File.Exists(target)
            ? Problem(target, "not_empty", "it exists and is not empty; a backup goes into a folder of its own") : null;
    }

    private static List<Error> Copy(string data, string part, string? configuration, CancellationToken cancellation)
    {
        var errors = new List<Error>();
        foreach (var file in Files(data))
        {
            cancellation.ThrowIfCancellationRequested();
            var copy = Path.Combine(part, Path.GetFileName(file));
            if ((DatabaseBackup.Copy(file, copy) ?? Records(copy, cancellation)) is { } error)
            {
                errors.Add(error with { File = file });
            }
        }

        var folder = configuration is null ? "config" : Path.GetDirectoryName(Path.GetFullPath(configuration)) ?? "";
        var halts = Path.Combine(data, PendingHalts.FileName);
        foreach (var file in (string?[])[configuration, Path.Combine(folder, OrderIdTable.FileName), halts])
        {
            if (file is not null && File.Exists(file))
            {
                File.Copy(file, Path.Combine(part, Path.GetFileName(file)));
            }
        }

        return errors;
    }

    /// <summary>A journal has a checksum in each record besides.</summary>
    private static Error? Records(string copy, CancellationToken cancellation)
    {
        if (!Path.GetFileName(copy).StartsWith("journal-", StringComparison.Ordinal))
        {
            return null;
        }

        var opened = JournalReader.Open(copy);
        if (!opened.IsOk)
        {
            return opened.Errors[0];
        }

        using var reader = opened.Value;
        return reader.CheckAll(cancellation) is { IsOk: false, Errors: var errors } ? errors[0] : null;
    }

    private BackupManifest Describe(string data, string part)
    {
        var files = Directory.EnumerateFiles(part).Order(StringComparer.Ordinal).Select(file =>
        {
            using var stream = File.OpenRead(file);
            return new BackupFile(Path.GetFileName(file), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }).ToArray();
        var now = new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds()).ToString();
        var manifest = new BackupManifest(now, data, HostDirectory.Running(data) is not null, files);
        File.WriteAllText(Path.Combine(part, "backup.json"), JsonSerializer.Serialize(manifest, Form));
        return manifest;
    }

    private static CommandOutcome Told(BackupManifest manifest, string target) => new()
    {
        Json = writer => JsonSerializer.Serialize(writer, manifest, Form),
        Text = output =>
        {
            var beside = manifest.WhileRunning ? ", beside the running host" : "";
            output.Line($"{target}: {manifest.Files.Count} files, each checked{beside}");
            foreach (var file in manifest.Files)
            {
                output.Line($"  {file.Name} {file.Bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes");
            }
        },
    };

    private static void Make(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static Error Problem(string path, string rule, string message, string field = "--out") => new()
    {
        File = path,
        Field = field,
        Value = path,
        Rule = rule,
        Message = $"{path}: {message}",
    };
}
