using System.Diagnostics;
using System.Text;

namespace StrategyHost.TestKit;

/// <summary>How a program that is not ours ended, and what it wrote.</summary>
public sealed record ProgramRun(int Code, string Output, string Error)
{
    /// <summary>Runs it to its end. One that takes longer is killed with its children, and <see cref="TimeoutException"/> is thrown.</summary>
    public static async Task<ProgramRun> OfAsync(ProcessStartInfo start, TimeSpan patience)
    {
        (start.RedirectStandardOutput, start.StandardOutputEncoding) = (true, Encoding.UTF8);
        (start.RedirectStandardError, start.StandardErrorEncoding) = (true, Encoding.UTF8);
        using var process = Process.Start(start)!; // a process of its own is always started without the shell
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new ProgramRun(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
    }
}
