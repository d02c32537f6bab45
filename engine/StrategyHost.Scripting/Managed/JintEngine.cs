using System.Text.RegularExpressions;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting.Border;
using StrategyHost.Scripting.Modules;

namespace StrategyHost.Scripting.Managed;

/// <summary>
/// The embedded fallback: Jint 2.10.4, ES5, managed, nothing to install. What it bounds and what only the watchdog bounds stands in
/// engine/docs/scripts.md. Use it on threads with a large stack such as a <see cref="ScriptLane"/>.
/// </summary>
public sealed class JintEngine : IScriptEngine
{
    /// <summary>Exit code with which the watchdog ends a process whose script cannot be stopped otherwise.</summary>
    public const int WatchdogExitCode = ScriptWatchdog.ExitCode;
    private const string Advice = "Install libjavascriptcoregtk-4.1-0, which bounds scripts.";
    private readonly ScriptWatchdog _watchdog;

    /// <summary>
    /// <paramref name="budgetMb"/>: resident memory of the whole process at which it is ended; <paramref name="stuckMs"/>: wall time after
    /// which a call that ignores its time limit ends the process.
    /// </summary>
    public JintEngine(int budgetMb = 2048, int stuckMs = ScriptWatchdog.StuckMs) =>
        _watchdog = new ScriptWatchdog("Jint", Advice, (long)budgetMb << 20, stuckMs);

    public string Name => "jint";

    /// <summary>
    /// Gives every regular expression of the process a match timeout, which is all that stops a regex bomb under Jint. Works only before
    /// the first regular expression of the process: call it in the first line of Main. True when it took effect.
    /// </summary>
    public static bool BoundRegularExpressions(TimeSpan matchTimeout)
    {
        AppDomain.CurrentDomain.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", matchTimeout);
        return new Regex("a").MatchTimeout == matchTimeout;
    }

    /// <summary>False: a regex bomb is ended by the watchdog only, together with the process.</summary>
    public static bool AreRegularExpressionsBounded => new Regex("a").MatchTimeout != Regex.InfiniteMatchTimeout;

    public Result<IScriptInstance> Load(ScriptSource source, ScriptLimits limits)
    {
        var host = new VmHost(new ScriptModules(source));
        var parsed = JintSyntax.Parse(host.Modules, host.Compile(ScriptModules.Main));
        if (!parsed.IsOk)
        {
            return Result<IScriptInstance>.Failed(parsed.Errors);
        }

        var vm = new JintVm(host, limits, source.File, _watchdog);
        var result = vm.Open() is { } fault ? fault.Error : ScriptInstance.Start(vm, host, limits, source.File);
        if (!result.IsOk)
        {
            vm.Dispose();
        }

        return result;
    }
}
