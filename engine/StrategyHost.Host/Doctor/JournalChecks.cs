using System.Globalization;
using StrategyHost.Host.Live;
using StrategyHost.Storage.Backup;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Doctor;

/// <summary>The databases of the data directory: SQLite's own check of each, and the checksum of every record of the journals.</summary>
internal static class JournalChecks
{
    private const string Journals = "journal-*.db";

    public static IEnumerable<Finding> Look(string directory, CancellationToken cancellation)
    {
        if (!Directory.Exists(directory) || Directory.GetFiles(directory, Journals).Length == 0)
        {
            yield return Finding.Ok("journals", "there are none yet");
            yield break;
        }

        string[] patterns = [Journals, "view-*.db", SimulatedAccounts.FileName];
        foreach (var file in patterns.SelectMany(p => Directory.EnumerateFiles(directory, p)).Order(StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return LookInto(file, cancellation);
        }
    }

    private static Finding LookInto(string file, CancellationToken cancellation)
    {
        var name = Path.GetFileName(file);
        var isView = name.StartsWith("view-", StringComparison.Ordinal);
        if (DatabaseBackup.Check(file) is { } error)
        {
            return error.Rule == "in_use"
                ? Finding.Ok(name, "kept by the running host for itself, so not looked into")
                : isView
                    ? Finding.Problem(
                        name, error.Message, "delete it together with its -wal and -shm files: it is made anew from the journal")
                    : Finding.Of(name, error);
        }

        return name.StartsWith("journal-", StringComparison.Ordinal) ? Records(file, name, cancellation) : Finding.Ok(name, "whole");
    }

    private static Finding Records(string file, string name, CancellationToken cancellation)
    {
        var opened = JournalReader.Open(file);
        if (!opened.IsOk)
        {
            return Finding.Of(name, opened.Errors[0]);
        }

        using var reader = opened.Value;
        var records = reader.CheckAll(cancellation);
        return records.IsOk
            ? Finding.Ok(name, $"whole, {records.Value.ToString("N0", CultureInfo.InvariantCulture)} records with their checksums")
            : Finding.Of(name, records.Errors[0]);
    }
}
