using System.Diagnostics;
using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary>
/// Scripts that mean harm end in a fault of their own strategy: the process lives, a second strategy on its own lane goes on, the faulted
/// instance takes no further call (the probe checks all three). Under Jint some may end the process, cleanly and with the documented code.
/// </summary>
public sealed class HostileScriptTests(HostileRun run) : IClassFixture<HostileRun>
{
    public static TheoryData<string> Names { get; } = [.. HostileScripts.All.Select(s => s.Name)];

    [JavaScriptCoreTheory]
    [MemberData(nameof(Names))]
    public void Hostile_script_under_JavaScriptCore_ends_in_a_fault(string name) => Check("javascriptcore", name);

    [Theory]
    [MemberData(nameof(Names))]
    public void Hostile_script_under_Jint_ends_in_a_fault_or_a_clean_exit(string name) => Check("jint", name);

    [Fact]
    public void Table_has_no_name_twice() =>
        Assert.Equal(HostileScripts.All.Count, HostileScripts.All.Select(s => s.Name).Distinct(StringComparer.Ordinal).Count());

    [JavaScriptCoreFact]
    public Task Script_that_JavaScriptCore_waits_for_without_end_ends_the_process_cleanly() => Stuck("javascriptcore", """
        var o = {};
        function F() { }
        function on_kline() { for (var i = 0; i < 20000; i++) { F.prototype = o; o = new F(); } o.missing; }
        """);

    [Fact]
    public Task Script_in_a_native_loop_of_Jint_ends_the_process_cleanly() => Stuck("jint", """
        function on_kline() { var a = []; a.length = 4294967295; return [[].concat(a).length]; }
        """);

    [JavaScriptCoreFact]
    public async Task Hardware_exceptions_stay_managed_on_a_thread_that_runs_JavaScriptCore()
    {
        var child = await ChildProcess.RunAsync(["traps", "javascriptcore"]);
        Assert.Equal((0, "TRAPS 1000 of 1000"), (child.ExitCode, child.Lines.Count > 0 ? child.Lines[^1] : null));
    }

    [JavaScriptCoreFact]
    public Task Terminate_signal_ends_a_process_that_runs_JavaScriptCore_cleanly() => Terminates("javascriptcore");

    [Fact]
    public Task Terminate_signal_ends_a_process_that_runs_Jint_cleanly() => Terminates("jint");

    /// <summary>The watchdog of the probe's <c>stuck</c> waits a second; the line names the script.</summary>
    private static async Task Stuck(string engine, string script)
    {
        using var folder = new ScriptFolder(("stuck.js", script));
        var child = await ChildProcess.RunAsync(["stuck", engine, Path.Combine(folder.Path, "stuck.js")]);
        Assert.Equal(12, child.ExitCode);
        Assert.Equal(["BEGIN stuck"], child.Lines);
        Assert.Matches("stuck\\.js under (Jint|JavaScriptCore) did not come back for 1000 ms and cannot be stopped", child.ErrorText);
    }

    private static async Task Terminates(string engine)
    {
        var child = await ChildProcess.RunAsync(["serve", engine], onLine: async (line, process) =>
        {
            if (line == "READY")
            {
                using var kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {process.Id}"]);
                await kill.WaitForExitAsync();
            }
        });
        Assert.Equal(["READY", "STOPPED"], child.Lines);
        Assert.Equal(0, child.ExitCode);
        Assert.Equal("", child.ErrorText);
    }

    private void Check(string engine, string name)
    {
        var expected = HostileScripts.All.Single(s => s.Name == name).Expected(engine).Split('|');
        var result = run.Result(engine, name);
        Assert.True(
            expected.Any(e => result.StartsWith(e, StringComparison.Ordinal)),
                $"{engine}: '{name}' gave: {result}; expected {string.Join(" or ", expected)}");
    }
}
