using System.Runtime.InteropServices;
using StrategyHost.Core.Domain;

namespace StrategyHost.Scripting.JavaScriptCore;

/// <summary>
/// Loads the system library once per process and puts it into the one configuration that is safe inside CoreCLR (script-engine rules 1–3):
/// <list type="number">
/// <item>Polling traps, no WebAssembly, no concurrent collector, set before the first call of the library.</item>
/// <item>The collector's signal is SIGPWR, which nobody sends.</item>
/// <item>After the first machine the handlers of SIGSEGV and SIGBUS must still be CoreCLR's, else the library is refused.</item>
/// </list>
/// </summary>
internal static class JavaScriptCoreRuntime
{
    /// <summary>Environment variable that names the library to load instead of the known ones.</summary>
    public const string OverrideVariable = "STRATEGYHOST_JAVASCRIPTCORE";
    private const int SigBus = 7;
    private const int SigSegv = 11;
    private const int SigPwr = 30;

    private static readonly string[] Names =
        ["libjavascriptcoregtk-4.1.so.0", "libjavascriptcoregtk-6.0.so.1", "libjavascriptcoregtk-4.0.so.18"];

    private static readonly Lazy<Result<string>> Once = new(Initialise);

    /// <summary>The library's name, or why it is not used.</summary>
    public static Result<string> Library => Once.Value;

    private static Result<string> Initialise()
    {
        if (!OperatingSystem.IsLinux())
        {
            return Refused("it is used on Linux only");
        }

        if (Open() is not (var handle, { } name))
        {
            return Refused("the library is not installed; on Debian and Ubuntu: apt-get install libjavascriptcoregtk-4.1-0");
        }

        foreach (var export in (string[])[
            "JSContextGroupSetExecutionTimeLimit", "JSConfigureSignalForGC", "JSLock", "JSGlobalContextSetEvalEnabled",
            "JSGlobalContextSetInspectable", "JSGetMemoryUsageStatistics", "JSSynchronousGarbageCollectForDebugging",
            "jsc_options_set_boolean"])
        {
            if (!NativeLibrary.TryGetExport(handle, export, out _))
            {
                return Refused($"{name} lacks {export}");
            }
        }

        JavaScriptCoreNative.Bind(handle);
        return Options() is { } problem ? Refused($"{name}: {problem}") : CheckHandlers(name);
    }

    private static (nint Handle, string? Name) Open()
    {
        var given = Environment.GetEnvironmentVariable(OverrideVariable);
        foreach (var name in given is { Length: > 0 } ? [given] : Names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                return (handle, name);
            }
        }

        return (0, null);
    }

    private static string? Options()
    {
        foreach (var (option, value) in ((string, int)[])[("usePollingTraps", 1), ("useWasm", 0), ("useConcurrentGC", 0)])
        {
            if (JavaScriptCoreNative.SetBooleanOption(option, value) == 0)
            {
                return $"the option {option} is not known";
            }
        }

        return JavaScriptCoreNative.ConfigureSignalForGc(SigPwr) ? null : "the collector's signal cannot be changed";
    }

    /// <summary>The first machine lives on a thread of its own: this thread must stay free for another (rule 11).</summary>
    private static Result<string> CheckHandlers(string name)
    {
        string? before = JavaScriptCoreNative.HandlerLibrary(SigSegv), after = null, bus = null;
        var thread = new Thread(() =>
        {
            var group = JavaScriptCoreNative.GroupCreate();
            var context = JavaScriptCoreNative.ContextCreate(group, 0);
            JavaScriptCoreNative.Evaluate(context, "1+1", "self-test", out _);
            JavaScriptCoreNative.ContextRelease(context);
            JavaScriptCoreNative.GroupRelease(group);
            after = JavaScriptCoreNative.HandlerLibrary(SigSegv);
            bus = JavaScriptCoreNative.HandlerLibrary(SigBus);
        });
        thread.Start();
        thread.Join();
        var isOwn = IsRuntime(before) && IsRuntime(after) && (bus is null || IsRuntime(bus));
        return isOwn ? Result<string>.Ok(name)
            : Refused(
                $"{name} took over a signal handler (SIGSEGV now {after ?? "default"}, SIGBUS {bus ?? "default"}); "
                + "its options are not honoured");
    }

    private static bool IsRuntime(string? library) => library is not null
        && (library.Contains("libcoreclr", StringComparison.Ordinal) || library.Contains("libclr", StringComparison.Ordinal)
            || Path.GetFileName(library) == Path.GetFileName(Environment.ProcessPath));

    private static Result<string> Refused(string why) => new Error
    {
        Rule = "javascriptcore_unavailable",
        Message = "JavaScriptCore: " + why,
    };
}
