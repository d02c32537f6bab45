using System.Diagnostics;
using System.Globalization;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Terminal;

/// <summary>The built host in a real pseudo terminal of 80 × 24, kept by a tmux server of its own.</summary>
internal sealed class TmuxScreen : IDisposable
{
    public const int Width = 80;

    /// <summary>What a line of the shell says when the host has ended; its exit code stands behind it.</summary>
    private const string Ended = "ended with ";

    /// <summary>A machine may be twenty times as slow as it is when nothing else runs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly string _folder = Directory.CreateTempSubdirectory("shtmux-").FullName;

    /// <summary>Starts the host; the screen stays when it has ended.</summary>
    public TmuxScreen(string workFolder, params string[] arguments)
    {
        var host = string.Join(' ', BuiltProgram.Command("strategyhost").Concat(arguments).Select(Quote));
        var command = $"cd {Quote(workFolder)} && {{ trap : INT; {host}; }}; echo \"{Ended}$?\"; exec sleep 1000";
        Tmux("new-session", "-d", "-x", "80", "-y", "24", "env LANG=C.UTF-8 TERM=screen NO_COLOR= sh -c " + Quote(command));
    }

    public static string? Missing { get; } = IsThere() ? null : "tmux is missing: apt install tmux";

    /// <summary>A text as one word of a shell.</summary>
    public static string Quote(string text) => "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";

    /// <summary>The lines of the screen and of what has run off it; a line that the terminal had to break is one line.</summary>
    public IReadOnlyList<string> Lines() =>
        [.. Tmux("capture-pane", "-p", "-J", "-S", "-").Split('\n').Select(l => l.TrimEnd())];

    /// <summary>As <see cref="Lines"/>, once the text is among them.</summary>
    public async Task<IReadOnlyList<string>> WaitForAsync(string text)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            var lines = Lines();
            if (string.Join('\n', lines).Contains(text, StringComparison.Ordinal))
            {
                return lines;
            }

            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience,
                $"the screen never showed '{text}', but\n{string.Join('\n', lines.Where(l => l.Length > 0))}");
            await Task.Delay(50);
        }
    }

    /// <summary>The last screen and the exit code.</summary>
    public async Task<(IReadOnlyList<string> Lines, int Code)> EndAsync()
    {
        var lines = await WaitForAsync(Ended);
        var last = lines.Last(l => l.Contains(Ended, StringComparison.Ordinal));
        return (lines, int.Parse(last[(last.IndexOf(Ended, StringComparison.Ordinal) + Ended.Length)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Keys by tmux's names, for example <c>C-c</c> and <c>Enter</c>; other texts are typed.</summary>
    public void Press(params string[] keys) => Tmux(["send-keys", .. keys]);

    public void Dispose()
    {
        try
        {
            Tmux("kill-server");
        }
        catch (Xunit.Sdk.TrueException)
        {
            // It has ended by itself.
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static bool IsThere() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "tmux")));

    private string Tmux(params string[] arguments)
    {
        var start = new ProcessStartInfo("tmux", ["-u", "-S", Path.Combine(_folder, "s"), "-f", "/dev/null", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("TMUX");
        using var process = Process.Start(start)!; // without the shell a process is always made
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }
}

/// <summary>A test on a real screen; skipped with a reason where tmux is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TmuxFactAttribute : FactAttribute
{
    public TmuxFactAttribute() => Skip = TmuxScreen.Missing;
}

/// <summary>A test with <c>script</c> of util-linux; skipped with a reason elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ScriptFactAttribute : FactAttribute
{
    public ScriptFactAttribute() => Skip = OperatingSystem.IsLinux() && File.Exists("/usr/bin/script")
        ? null : "script of util-linux is missing";
}
