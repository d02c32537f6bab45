using System.Diagnostics;
using StrategyHost.TestKit;

namespace StrategyHost.Scripting.Tests;

/// <summary>How a child process ended: <see cref="ExitCode"/> is null where it had to be killed.</summary>
internal sealed record ChildResult(int? ExitCode, IReadOnlyList<string> Lines, string ErrorText);

/// <summary>Starts StrategyHost.ScriptProbe, so that what could end a process does not end the test runner.</summary>
internal static class ChildProcess
{
    /// <summary>Runs the probe to its end. It is killed when it prints nothing for <paramref name="silenceSeconds"/>, which fails the
    /// test.</summary>
    public static async Task<ChildResult> RunAsync(
        IEnumerable<string> arguments, int silenceSeconds = 60, Func<string, Process, Task>? onLine = null)
    {
        using var process = BuiltProgram.Start(
            "StrategyHost.ScriptProbe", arguments, new KeyValuePair<string, string>("DOTNET_DbgEnableMiniDump", "0"));
        var errors = process.StandardError.ReadToEndAsync();
        var lines = new List<string>();
        try
        {
            while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(silenceSeconds)) is { } line)
            {
                lines.Add(line);
                await (onLine?.Invoke(line, process) ?? Task.CompletedTask);
            }

            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(silenceSeconds));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            return new ChildResult(null, lines, await errors);
        }

        return new ChildResult(process.ExitCode, lines, await errors);
    }
}
