using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Jint;
using Jint.Native;
using Jint.Native.Function;
using Jint.Native.Object;
using Jint.Runtime;
using Jint.Runtime.Interop;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting.Border;
using StrategyHost.Scripting.Modules;

namespace StrategyHost.Scripting.Managed;

/// <summary>
/// One Jint engine with the guarded prelude. Its own recursion limit is not used: it counts a call that ended in a caught exception for
/// ever (seen with 2.10.4: 100 caught throws end the script). Instead every function checks the thread's stack, as JavaScriptCore does.
/// </summary>
internal sealed class JintVm : IScriptVm
{
    /// <summary>For the prelude, which is ours and may meet a cold runtime; the strategy's limit counts from its first line.</summary>
    private static readonly TimeSpan OpeningLimit = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Of a lane's 16 MB. The rest is for what runs between two checks: an expression of the deepest nesting that the parser lets through
    /// needs far more than the 128 KB that the runtime calls sufficient, and exceptions that unwind it need as much again.
    /// </summary>
    private const long StackBytesMax = 3 << 20;

    private const int PrototypesMax = 100; // as the guard's Object.create
    private readonly double[] _numbers = new double[BorderLayout.Length];
    private readonly VmHost _host;
    private readonly ScriptLimits _limits;
    private readonly string _file;
    private bool _isRefusing;
    private readonly Engine _engine;
    private Options? _options;
    private readonly ScriptWatchdog.Watched _watched;
    private JsValue _dispatch = JsValue.Undefined;
    private nint _stackAtEntry;

    public JintVm(VmHost host, ScriptLimits limits, string file, ScriptWatchdog watchdog)
    {
        _host = host;
        _limits = limits;
        _file = file;
        _watched = watchdog.Register(file);
        _engine = new Engine(options => _options = options
            .TimeoutInterval(OpeningLimit)
            .Culture(CultureInfo.InvariantCulture)
            .LocalTimeZone(TimeZoneInfo.Utc));
        Prelude.Initialise(_numbers, limits);
    }

    public Span<double> Numbers => _numbers;

    /// <summary>
    /// Jint counts wall time and cannot count the thread's own. On a busy machine a thread gets a small part of it, so the limit is this
    /// many times the processor time that a call is allowed.
    /// </summary>
    private const int WallPerProcessorTime = 8;

    /// <summary>Builds the host object and evaluates the prelude; its faults are ours.</summary>
    public ScriptFault? Open()
    {
        _engine.Global.FastAddProperty(JintSyntax.CheckName, new ClrFunctionInstance(_engine, CheckStack), false, false, false);
        _engine.Global.FastAddProperty(JintSyntax.ThrownName, new ClrFunctionInstance(_engine, Thrown), false, false, false);
        _engine.Global.FastAddProperty(JintSyntax.ConstructedName, new ClrFunctionInstance(_engine, Constructed), false, false, false);
        foreach (var (name, function) in JintBits.Functions)
        {
            _engine.Global.FastAddProperty(name, new ClrFunctionInstance(_engine, function), false, false, false);
        }

        var prelude = JintSyntax.Parse(_host.Modules, PreludeModule());
        if (!prelude.IsOk)
        {
            return ScriptFaults.Engine(_file, prelude.Errors[0].ToString());
        }

        var host = new ObjectInstance(_engine) { Extensible = true };
        host.FastAddProperty("world", _engine.Global, false, false, false);
        host.FastAddProperty("numbers", new NumberBuffer(_engine, _numbers) { Extensible = true }, false, false, false);
        host.FastAddProperty("typed", false, false, false, false);
        host.FastAddProperty("text", new ClrFunctionInstance(_engine, HostText), false, false, false);
        host.FastAddProperty("compile", new ClrFunctionInstance(_engine, Compile), false, false, false);
        host.FastAddProperty("column", new ClrFunctionInstance(_engine, (_, a) => Column((int)a[0].AsNumber())), false, false, false);
        host.FastAddProperty("apply", new ClrFunctionInstance(_engine, Apply), false, false, false);
        host.FastAddProperty("numberText", new ClrFunctionInstance(_engine, NumberToText), false, false, false);
        var fault = Guard(() => _dispatch = Function(prelude.Value).Call(JsValue.Undefined, [host])).Fault;
        _options?.TimeoutInterval(TimeSpan.FromMilliseconds(_limits.TimeLimitMs * WallPerProcessorTime));
        return fault;
    }

    public VmReturn Dispatch()
    {
        _watched.Enter();
        try
        {
            return Guard(() => _dispatch.Invoke());
        }
        finally
        {
            _watched.Leave();
        }
    }

    /// <summary>Not known per engine: all share the process's heap, which the watchdog bounds.</summary>
    public HeapBytes Heap() => default;

    public void Collect()
    {
    }

    public void Dispose() => _watched.Dispose();

    /// <summary>Runs JavaScript and translates everything that Jint lets out, at this one place.</summary>
    private VmReturn Guard(Func<JsValue> body)
    {
        _engine.ResetTimeoutTicks();
        _engine.ResetStatementsCount();
        _stackAtEntry = StackAddress();
        try
        {
            var value = body();
            return new VmReturn(value.IsString() ? value.AsString() : null, null);
        }
        catch (JavaScriptException error)
        {
            return new VmReturn(null, Translate(error));
        }
        catch (Exception error) when (error is TimeoutException or RegexMatchTimeoutException)
        {
            return new VmReturn(null, ScriptFaults.Timeout(_limits, _file));
        }
        catch (InsufficientExecutionStackException)
        {
            return new VmReturn(
                null, ScriptFaults.Script(_host.Modules, new SourcePlace(_file, null, null), ScriptFaults.RecursionMessage, null));
        }
        catch (OutOfMemoryException)
        {
            return new VmReturn(null, ScriptFaults.Memory(_limits, _file));
        }
        catch (Exception error) when (
            error is InvalidOperationException or ArgumentException or NullReferenceException or InvalidCastException
            or IndexOutOfRangeException or FormatException or OverflowException or NotSupportedException
            or NotImplementedException or KeyNotFoundException)
        {
            return new VmReturn(null, ScriptFaults.Engine(_file, error.GetType().Name + ": " + error.Message));
        }
    }

    /// <summary>The guard's numberText(kind, number, digits); it has checked the digits, NaN stands for none.</summary>
    private static JsValue NumberToText(JsValue self, JsValue[] arguments)
    {
        var (x, digits) = (arguments[1].AsNumber(), arguments[2].AsNumber());
        return arguments[0].AsString() switch
        {
            "toFixed" => NumberText.Fixed(x, (int)digits),
            "toPrecision" => NumberText.Precision(x, (int)digits),
            "toExponential" => NumberText.Exponential(x, double.IsNaN(digits) ? null : (int)digits),
            _ => NumberText.Of(x),
        };
    }

    private ScriptFault Translate(JavaScriptException error)
    {
        var place = new SourcePlace(_file, null, null);
        if (error.Location is { } location && location.Source != Prelude.File && error.LineNumber > 0)
        {
            var column = error.Column + 1;
            place = new SourcePlace(
                location.Source ?? _file, error.LineNumber,
                error.LineNumber == 1 ? Math.Max(1, column - ScriptModules.HeadLength) : column);
        }

        return ScriptFaults.Script(_host.Modules, place, Describe(error), null);
    }

    /// <summary>"Name: message" as the script's own error says it; a hostile toString only costs its text.</summary>
    private static string Describe(JavaScriptException error)
    {
        const string Hidden = "the script threw a value that cannot be shown";
        string message;
        try
        {
            message = TypeConverter.ToString(error.Error);
        }
        catch (JavaScriptException)
        {
            message = Hidden;
        }
        catch (Exception hostile) when (hostile is TimeoutException or InsufficientExecutionStackException
            or ArgumentException or RegexMatchTimeoutException)
        {
            message = Hidden;
        }

        return message.Length > 500 ? message[..500] + "..." : message;
    }

    private static unsafe nint StackAddress()
    {
        byte here = 0;
        return (nint)(&here);
    }

    /// <summary>Bytes of stack between the entry of the call under way and here; stacks grow downwards.</summary>
    private long StackUsed() => _stackAtEntry - StackAddress();

    private JsValue CheckStack(JsValue self, JsValue[] arguments)
    {
        if (_isRefusing || (StackUsed() < StackBytesMax && RuntimeHelpers.TryEnsureSufficientExecutionStack()))
        {
            return JsValue.Undefined;
        }

        // Making the error runs guarded accessors of the prelude, which come here again: without the flag the check would never end.
        _isRefusing = true;
        try
        {
            throw new JavaScriptException(_engine.RangeError, ScriptFaults.RecursionMessage);
        }
        finally
        {
            _isRefusing = false;
        }
    }

    /// <summary>
    /// Jint's exception reads a thrown object's <c>message</c> and fails where that is no text (a plain object) or runs the script (a
    /// getter). Such an object gets a hidden empty one, so that it can be thrown and caught like any other.
    /// </summary>
    private static JsValue Thrown(JsValue self, JsValue[] arguments)
    {
        var value = arguments[0];
        if (value.IsObject() && !(value.AsObject().GetProperty("message") is { Get: null, Value: { } message } && message.IsString()))
        {
            value.AsObject().FastAddProperty("message", "", true, false, true);
        }

        return value;
    }

    /// <summary>Jint reads through prototypes by recursion: a chain of some ten thousand would exhaust the stack.</summary>
    private JsValue Constructed(JsValue self, JsValue[] arguments)
    {
        if (arguments[0].IsObject() && arguments[0].AsObject().Get("prototype") is { } prototype && prototype.IsObject())
        {
            var depth = 0;
            for (var at = prototype.AsObject(); at is not null; at = at.Prototype)
            {
                if (++depth > PrototypesMax)
                {
                    throw new JavaScriptException(_engine.RangeError, $"a chain of more than {PrototypesMax} prototypes");
                }
            }
        }

        return arguments[0];
    }

    private JsValue HostText(JsValue self, JsValue[] arguments)
    {
        var (operation, first, second) = (arguments[0].AsString(), arguments[1].AsString(), arguments[2].AsString());
        try
        {
            return operation switch
            {
                "nesting" => Nesting(first),
                _ => _host.Text(operation, first, second),
            };
        }
        catch (ScriptRefusalException refusal)
        {
            throw new JavaScriptException(_engine.Error, refusal.Message);
        }
    }

    private static string Nesting(string json)
    {
        var (depth, inText) = (0, false);
        for (var i = 0; i < json.Length; i++)
        {
            var c = json[i];
            i += inText && c == '\\' ? 1 : 0;
            inText ^= c == '"';
            depth += inText ? 0 : c is '[' or '{' ? 1 : c is ']' or '}' ? -1 : 0;
            if (depth > 200)
            {
                throw new ScriptRefusalException("JSON.parse: nesting beyond 200 levels");
            }
        }

        return "";
    }

    private JsValue Compile(JsValue self, JsValue[] arguments)
    {
        var function = JintSyntax.Parse(_host.Modules, _host.Compile(arguments[0].AsString()));
        if (function.IsOk)
        {
            return Function(function.Value);
        }

        _host.Modules.SyntaxError = function.Errors[0];
        throw new JavaScriptException(_engine.SyntaxError, function.Errors[0].ToString());
    }

    /// <summary>Calls a function with the items of an array-like; the guarded <c>apply</c> has bounded its length.</summary>
    private JsValue Apply(JsValue self, JsValue[] arguments)
    {
        if (arguments[0].TryCast<ICallable>() is not { } function || !arguments[2].IsObject())
        {
            throw new JavaScriptException(_engine.TypeError, "apply: a function and an array are needed");
        }

        var list = arguments[2].AsObject();
        var items = new JsValue[(int)Math.Min(TypeConverter.ToUint32(list.Get("length")), 1_000_000)];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = list.Get(i.ToString(CultureInfo.InvariantCulture));
        }

        return function.Call(arguments[1], items);
    }

    private ScriptFunctionInstance Function(Jint.Parser.Ast.FunctionExpression function) =>
        new(_engine, function, _engine.GlobalEnvironment, function.Strict) { Extensible = true };

    private NumberBuffer Column(int size) => new(_engine, new double[size]) { Extensible = true };

    private static ModuleText PreludeModule()
    {
        var text = Prelude.Text(isGuarded: true);
        return new ModuleText(Prelude.File, text, text, 0);
    }
}
