using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace StrategyHost.TestKit;

/// <summary>What a headless browser made of a page: its document after scripts ran, and what it wrote to the console.</summary>
public sealed record RenderedPage(string Document, IReadOnlyList<string> Console);

/// <summary>Chromium without a window, for tests of pages that draw themselves.</summary>
public static class Browser
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>The program's name, or null where none answers.</summary>
    public static string? Program { get; } = Names.FirstOrDefault(IsThere);

    /// <summary>Loads a page from a file, lets its scripts finish, and takes the document. All files are removed afterwards.</summary>
    public static async Task<RenderedPage> RenderAsync(string html)
    {
        var folder = Directory.CreateTempSubdirectory("strategyhost-browser-").FullName;
        try
        {
            var page = Path.Combine(folder, "page.html");
            await File.WriteAllTextAsync(page, html).ConfigureAwait(false);

            // No sandbox: it needs rights that a container's root does not have, and the page is our own.
            var (code, output, error) = await RunAsync(
                Program ?? throw new InvalidOperationException("no browser"), "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--enable-logging=stderr", "--virtual-time-budget=10000",
                $"--user-data-dir={Path.Combine(folder, "profile")}",
                "--dump-dom", new Uri(page).AbsoluteUri);
            return code == 0
                ? new RenderedPage(output, [.. error.Split('\n').Where(l => l.Contains(":CONSOLE", StringComparison.Ordinal))])
                : throw new InvalidOperationException($"the browser ended with {code}: {error}");
        }
        finally
        {
            Remove(folder);
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // A helper of the browser still writes to its profile; the system's clean-up takes the rest.
        }
    }

    private static bool IsThere(string name)
    {
        try
        {
            return RunAsync(name, "--version").GetAwaiter().GetResult().Code == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static Task<ProgramRun> RunAsync(string program, params string[] arguments) =>
        ProgramRun.OfAsync(new ProcessStartInfo(program, arguments), Patience);
}

/// <summary>A test that needs a browser; skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Browser.Program is null ? "no browser found: install chromium" : null;
}
