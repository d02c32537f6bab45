using System.Diagnostics;

namespace StrategyHost.Kill.Tests.Files;

/// <summary>Data directories on a disk that is full or takes nothing, made in a mount namespace of the test's own: no administrator is needed.</summary>
public sealed class DiskTests(SharedExchange shared) : IClassFixture<SharedExchange>
{
    [NamespaceFact]
    public async Task Host_on_a_full_disk_enters_nothing_and_goes_on_when_there_is_room()
    {
        using var faulty = await shared.HostAsync();
        Directory.CreateDirectory(faulty.Data);
        await using var host = StartIn("mount -t tmpfs -o size=12m tmpfs \"$0\"", faulty, life: 1);
        await host.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
        var fill = $"/proc/{host.ProcessId}/root{faulty.Data}/fill";
        Assert.Throws<IOException>(() => Fill(fill));
        await host.LogAllAsync("main enters nothing", "mirror enters nothing");
        File.Delete(fill);
        await host.LogAllAsync("main has a journal again", "mirror has a journal again");
        Assert.Equal(0, await host.StopAsync());
        Assert.Equal(("BTCUSDT", "BTCUSDT"), (await faulty.HeldAsync("main"), await faulty.HeldAsync("mirror")));
    }

    /// <summary>The directory of the life before, on a disk that has no room left when the host starts: it could not read its plans back.</summary>
    [NamespaceFact]
    public async Task Full_disk_is_said_at_the_start_and_nothing_is_sent()
    {
        using var faulty = await shared.HostAsync();
        await faulty.FirstLifeAsync();
        var before = await faulty.WritesAsync();
        await using var host = StartIn(
            "cp -a \"$0\" \"$0.copy\" && mount -t tmpfs -o size=16m tmpfs \"$0\" && cp -a \"$0.copy/.\" \"$0\" && "
            + "{ dd if=/dev/zero of=\"$0/fill\" bs=4k 2>&1 | grep -q 'No space'; }",
            faulty, life: 2);
        Assert.Equal(2, await host.EndAsync());
        Assert.Empty(await host.RestAsync());
        Assert.Contains(host.LogSoFar(), l => l.Contains("free some space", StringComparison.Ordinal));
        Assert.Equal(before, await faulty.WritesAsync());
        Assert.Equal(("BTCUSDT", "BTCUSDT"), (await faulty.HeldAsync("main"), await faulty.HeldAsync("mirror")));
    }

    [NamespaceFact]
    public async Task Directory_that_takes_nothing_is_refused_before_anything_is_sent()
    {
        using var faulty = await shared.HostAsync();
        await faulty.FirstLifeAsync();
        var (before, main) = (await faulty.WritesAsync(), FaultyHost.Hash(faulty.Journal("main")));
        await using var host = StartIn("mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\"", faulty, life: 2);
        Assert.Equal(2, await host.EndAsync());
        Assert.Empty(await host.RestAsync());
        var line = Assert.Single(host.LogSoFar());
        Assert.Contains("the data directory cannot be used", line, StringComparison.Ordinal);
        Assert.Equal((before, main), (await faulty.WritesAsync(), FaultyHost.Hash(faulty.Journal("main"))));
    }

    private static HostProcess StartIn(string mount, FaultyHost faulty, int life)
    {
        string[] host = ["run", "--config", faulty.Configure(life)];
        return HostProcess.StartWithin(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount + " && exec \"$@\"", faulty.Data], faulty.Keys, host);
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var bytes = new byte[4096];
        while (true)
        {
            file.Write(bytes);
        }
    }
}

/// <summary>Skipped where this user may not make a mount namespace.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NamespaceFactAttribute : FactAttribute
{
    public NamespaceFactAttribute()
    {
        if (!May())
        {
            Skip = "This user may not make a mount namespace (unshare --user --mount), so there is no disk to fill.";
        }
    }

    private static bool May()
    {
        try
        {
            using var tried = Process.Start(new ProcessStartInfo(
                "unshare", ["--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", Path.GetTempPath()])
            {
                RedirectStandardError = true,
            })!; // started without the shell
            tried.WaitForExit();
            return tried.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
