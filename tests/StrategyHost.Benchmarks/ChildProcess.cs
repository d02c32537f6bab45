using System.ComponentModel;
using System.Diagnostics;

namespace StrategyHost.Benchmarks;

/// <summary>Runs a program to its end and keeps what it wrote.</summary>
internal static class ChildProcess
{
    public sealed record Outcome(int ExitCode, string Output, string Error);

    /// <summary>Exit code 127 when there is no such program.</summary>
    public static Outcome Run(string program, IEnumerable<string> arguments, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        try
        {
            using var process = Process.Start(start)!; // a process of its own is always started without the shell
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new Outcome(process.ExitCode, output, error.Result);
        }
        catch (Win32Exception problem)
        {
            return new Outcome(127, "", problem.Message);
        }
    }

    /// <summary>As the other, on one core where taskset exists: the program and its helper threads.</summary>
    public static Outcome RunPinned(int core, string program, IEnumerable<string> arguments)
    {
        var pinned = Run("taskset", ["-c", core.ToString(System.Globalization.CultureInfo.InvariantCulture), program, .. arguments]);
        return pinned.ExitCode == 127 ? Run(program, arguments) : pinned;
    }
}
