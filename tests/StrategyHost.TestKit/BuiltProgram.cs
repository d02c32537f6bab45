using System.Diagnostics;

namespace StrategyHost.TestKit;

/// <summary>A program of this solution that the test project references, started in a process of its own.</summary>
public static class BuiltProgram
{
    /// <summary>Starts <c>name.dll</c> from beside the tests, with both outputs redirected.</summary>
    public static Process Start(string name, IEnumerable<string> arguments, params IEnumerable<KeyValuePair<string, string>> environment) =>
        Start(name, arguments, outer: [], environment);

    /// <summary>As the other, as the last arguments of <paramref name="outer"/>, which replaces itself by them.</summary>
    public static Process Start(
        string name, IEnumerable<string> arguments, IEnumerable<string> outer, IEnumerable<KeyValuePair<string, string>> environment)
    {
        string[] command = [.. outer, .. Command(name), .. arguments];

        // A test run in the background would pass on that interrupts are ignored. env makes way for the program: the id stays.
        var info = OperatingSystem.IsLinux()
            ? new ProcessStartInfo("env", ["--default-signal=INT", .. command])
            : new ProcessStartInfo(command[0], command[1..]);
        (info.RedirectStandardOutput, info.RedirectStandardError) = (true, true);
        foreach (var (key, value) in environment)
        {
            info.Environment[key] = value;
        }

        return Process.Start(info)!; // a process of its own is always started without the shell
    }

    /// <summary>How the program is called, without its arguments.</summary>
    public static IReadOnlyList<string> Command(string name) => [DotNet(), Path.Combine(AppContext.BaseDirectory, name + ".dll")];

    private static string DotNet() => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet"
        ? path : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
}
