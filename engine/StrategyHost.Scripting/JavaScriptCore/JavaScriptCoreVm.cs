using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting.Border;
using StrategyHost.Scripting.Modules;
using Native = StrategyHost.Scripting.JavaScriptCore.JavaScriptCoreNative;

namespace StrategyHost.Scripting.JavaScriptCore;

/// <summary>
/// One context group, one context, one thread for life (script-engine rules 4, 5, 7, 11, 12). The lock is taken once and never given back,
/// so no microtask ever runs; disposal releases the group, after which the thread should end.
/// </summary>
internal sealed class JavaScriptCoreVm : IScriptVm, IVmCallbacks
{
    private const int TypeObject = 5;
    private const int TypeString = 4;

    private readonly VmHost _host;
    private readonly ScriptLimits _limits;
    private readonly string _file;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly NativeNumbers _numbers = new(BorderLayout.Length);
    private readonly nint _group;
    private readonly nint _context;
    private readonly PropertyNames _names = new();
    private readonly ScriptWatchdog.Watched _watched;
    private nint _dispatch;
    private bool _isReleased;

    public JavaScriptCoreVm(VmHost host, ScriptLimits limits, string file, ScriptWatchdog.Watched watched)
    {
        _watched = watched;
        _host = host;
        _limits = limits;
        _file = file;
        _group = Native.GroupCreate();
        _context = Native.ContextCreate(_group, 0);
        Native.Lock(_context);
        Native.SetInspectable(_context, 0);
        Prelude.Initialise(_numbers.Span, limits);
    }

    public Span<double> Numbers => _numbers.Span;

    IVmHost IVmCallbacks.Host => _host;

    /// <summary>Evaluates the prelude, then closes evaluation and sets the time limit, before any line of a strategy.</summary>
    public ScriptFault? Open()
    {
        var prelude = Native.Evaluate(_context, Prelude.Text(isGuarded: false), Prelude.File, out var exception);
        if (exception != 0)
        {
            return Translate(exception);
        }

        var host = Native.MakeObject(_context, 0, 0);
        Native.SetProperty(_context, host, "world", Native.GlobalObject(_context));
        Native.SetProperty(_context, host, "numbers", Native.MakeFloat64Array(_context, _numbers));
        Native.SetProperty(_context, host, "typed", Native.MakeBoolean(_context, 1));
        Native.AddHostFunctions(_context, host, this);
        var dispatch = Native.Call(_context, prelude, host, out exception);
        if (exception != 0)
        {
            return Translate(exception);
        }

        Native.Protect(_context, dispatch);
        _dispatch = dispatch;
        var message = Native.NewString("making code from text is not allowed in a strategy");
        Native.SetEvalEnabled(_context, 0, message);
        Native.StringRelease(message);
        Native.SetTimeLimit(_group, _limits.TimeLimitMs / 1000.0, _numbers);
        return null;
    }

    public VmReturn Dispatch()
    {
        CheckThread();
        _watched.Enter();
        try
        {
            return CallDispatch();
        }
        finally
        {
            _watched.Leave();
        }
    }

    private VmReturn CallDispatch()
    {
        var value = Native.Call(_context, _dispatch, out var exception);
        if (_numbers.IsTerminated)
        {
            return new VmReturn(null, ScriptFaults.Timeout(_limits, _file));
        }

        if (exception != 0)
        {
            return new VmReturn(null, Translate(exception));
        }

        return new VmReturn(Native.TypeOf(_context, value) == TypeString ? Native.TextOf(_context, value) : null, null);
    }

    /// <summary>heapSize counts what the last collection found alive, heapCapacity rubbish too.</summary>
    public HeapBytes Heap()
    {
        var statistics = Native.MemoryStatistics(_context);
        return new HeapBytes(
            (long)Native.NumberOf(_context, Native.Property(_context, statistics, _names.HeapSize)),
            (long)Native.NumberOf(_context, Native.Property(_context, statistics, _names.HeapCapacity)));
    }

    public void Collect() => Native.Collect(_context);

    /// <summary>The syntax error in the text, if any.</summary>
    public Error? CheckSyntax(ModuleText text)
    {
        _watched.Enter();
        try
        {
            return SyntaxStop(text.Wrapped, text.File) is { } stop ? SyntaxError(text, stop) : null;
        }
        finally
        {
            _watched.Leave();
        }
    }

    /// <summary>An error in the wrapper's end means brackets that do not match: then the text alone tells more.</summary>
    private Error SyntaxError(ModuleText text, SyntaxStop stop)
    {
        var lines = 1 + text.Source.AsSpan().Count('\n');
        var (whole, head) = (text.Wrapped, text.HeadLength);
        if (stop.Line > lines && SyntaxStop(text.Source, text.File) is { } alone
            && !alone.Message.Contains("Return statements", StringComparison.Ordinal))
        {
            (whole, head, stop) = (text.Source, 0, alone);
        }

        var line = Math.Min(stop.Line, lines);
        var from = head;
        for (var i = 1; i < line; i++)
        {
            from = whole.IndexOf('\n', from) + 1;
        }

        var length = whole.AsSpan(from, head + text.Source.Length - from).IndexOf('\n');
        var to = length < 0 ? head + text.Source.Length : from + length;
        var isAtEnd = line == lines && (stop.Message.EndsWith("end of script", StringComparison.Ordinal) || stop.Line > lines);
        var found = isAtEnd ? head + text.Source.Length : SyntaxColumn.Find(whole, from, to, changed => SyntaxStop(changed, text.File));
        var message = stop.Message == "SyntaxError: Parser error" && found is { } at && at < to
            ? $"SyntaxError: Unexpected token '{whole[at]}'" : stop.Message;
        return ScriptFaults.Syntax(_host.Modules, new SourcePlace(text.File, line, found - from + 1), message);
    }

    private SyntaxStop? SyntaxStop(string text, string file) => Native.IsSyntaxRight(_context, text, file, out var exception)
        ? null : new SyntaxStop(Number(exception, _names.Line) ?? 1, Describe(exception));

    nint IVmCallbacks.Compile(string id, out nint exception)
    {
        var text = _host.Compile(id);
        if (ScriptModules.IsStrategyFile(id) && SourceScan.Asynchronous(text.File, text.Source) is { } refusal)
        {
            _host.Modules.SyntaxError = refusal;
            throw new ScriptRefusalException(refusal.ToString());
        }

        if (CheckSyntax(text) is { } error)
        {
            _host.Modules.SyntaxError = error;
            throw new ScriptRefusalException(error.ToString());
        }

        return Native.Evaluate(_context, text.Wrapped, text.File, out exception);
    }

    public void Dispose()
    {
        if (_isReleased)
        {
            return;
        }

        CheckThread();
        _isReleased = true;
        _watched.Enter(); // a compilation under way is waited for
        if (_dispatch != 0)
        {
            Native.Unprotect(_context, _dispatch);
        }

        _names.Release();
        Native.RemoveHostFunctions(_context);
        Native.ContextRelease(_context);
        Native.GroupRelease(_group);
        _numbers.Dispose();
        _watched.Leave();
        _watched.Dispose();
    }

    private void CheckThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("a JavaScriptCore instance was touched by a foreign thread; use a ScriptLane");
        }
    }

    /// <summary>A thrown value may be anything, and reading it may run the script's code: every read tolerates that.</summary>
    private ScriptFault Translate(nint exception)
    {
        var message = Describe(exception);
        if (_numbers.IsTerminated)
        {
            return ScriptFaults.Timeout(_limits, _file);
        }

        if (Native.TypeOf(_context, exception) != TypeObject)
        {
            return ScriptFaults.Script(_host.Modules, new SourcePlace(_file, null, null), message, null);
        }

        var stack = Text(exception, _names.Stack);
        var place = StackText.Place(stack, _file) ?? new SourcePlace(
            _file, Number(exception, _names.Line), Number(exception, _names.Column));
        if (place.File == Prelude.File)
        {
            place = new SourcePlace(_file, null, null);
        }

        if (place.Line == 1 && place.Column is { } column)
        {
            place = place with { Column = Math.Max(1, column - ScriptModules.HeadLength) };
        }

        return ScriptFaults.Script(_host.Modules, place, message, stack);
    }

    private string Describe(nint exception)
    {
        var text = Native.TextOf(_context, exception);
        return text.Length == 0 ? "the script threw a value that cannot be shown" : text.Length > 500 ? text[..500] + "..." : text;
    }

    private string? Text(nint target, nint name)
    {
        var value = Native.Property(_context, target, name);
        return value != 0 && Native.TypeOf(_context, value) == TypeString ? Native.TextOf(_context, value) : null;
    }

    private int? Number(nint target, nint name)
    {
        const int TypeNumber = 3;
        var value = Native.Property(_context, target, name);
        return value != 0 && Native.TypeOf(_context, value) == TypeNumber
            && Native.NumberOf(_context, value) is >= 0 and < int.MaxValue and var number
            ? (int)number : null;
    }

    /// <summary>Property names of one machine; JSStrings are released with it.</summary>
    private sealed class PropertyNames
    {
        public nint Line { get; } = Native.NewString("line");
        public nint Column { get; } = Native.NewString("column");
        public nint Stack { get; } = Native.NewString("stack");
        public nint HeapSize { get; } = Native.NewString("heapSize");
        public nint HeapCapacity { get; } = Native.NewString("heapCapacity");

        public void Release()
        {
            foreach (var name in (nint[])[Line, Column, Stack, HeapSize, HeapCapacity])
            {
                Native.StringRelease(name);
            }
        }
    }
}
