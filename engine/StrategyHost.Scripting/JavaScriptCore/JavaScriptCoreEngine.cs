using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting.Border;
using StrategyHost.Scripting.Modules;

namespace StrategyHost.Scripting.JavaScriptCore;

/// <summary>
/// The fast adapter: the system's JavaScriptCore inside the process. One instance per thread and a thread per instance: load, call and
/// dispose on a dedicated thread such as a <see cref="ScriptLane"/>, never on a pool thread.
/// </summary>
public sealed class JavaScriptCoreEngine : IScriptEngine
{
    private const string Advice = "Mend or remove this script.";
    private readonly ScriptWatchdog _watchdog;

    private JavaScriptCoreEngine(string library, int stuckMs)
    {
        Library = library;
        _watchdog = new ScriptWatchdog("JavaScriptCore", Advice, long.MaxValue, stuckMs);
    }

    public string Name => "javascriptcore";

    /// <summary>The loaded library's file name, for messages and the health document.</summary>
    public string Library { get; }

    /// <summary>
    /// The engine, after its self-test; or why this machine has none. <paramref name="stuckMs"/>: wall time after which a call that ignores
    /// its time limit ends the process with <see cref="ScriptWatchdog.ExitCode"/>.
    /// </summary>
    public static Result<JavaScriptCoreEngine> Create(int stuckMs = ScriptWatchdog.StuckMs)
    {
        var library = JavaScriptCoreRuntime.Library;
        if (!library.IsOk)
        {
            return Result<JavaScriptCoreEngine>.Failed(library.Errors);
        }

        var engine = new JavaScriptCoreEngine(library.Value, stuckMs);
        var problem = SelfTest.Once(engine);
        return problem is null ? engine : new Error { Rule = "javascriptcore_self_test", Message = "JavaScriptCore: " + problem };
    }

    public Result<IScriptInstance> Load(ScriptSource source, ScriptLimits limits)
    {
        var host = new VmHost(new ScriptModules(source));
        if (SourceScan.Asynchronous(source.File, host.Modules.Read(ScriptModules.Main)) is { } refusal)
        {
            return refusal;
        }

        var vm = new JavaScriptCoreVm(host, limits, source.File, _watchdog.Register(source.File));
        var result = vm.Open() is { } fault ? fault.Error
            : vm.CheckSyntax(host.Compile(ScriptModules.Main)) is { } syntax ? syntax
            : ScriptInstance.Start(vm, host, limits, source.File);
        if (!result.IsOk)
        {
            vm.Dispose();
        }

        return result;
    }
}
