using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StrategyHost.Scripting.Border;

namespace StrategyHost.Scripting.JavaScriptCore;

/// <summary>
/// The only unsafe file: JavaScriptCore's C interface (JavaScript/JSBase.h and friends of WebKitGTK 2.50, plus private exports that
/// script-engine §9 names), two libc functions, the shared buffer, and the callbacks that native code calls. Handles are <c>nint</c>.
/// A handle may live in a local while its thread runs native code; anything kept longer is protected by its owner.
/// </summary>
internal static unsafe partial class JavaScriptCoreNative
{
    private const string Library = "javascriptcore";
    private static readonly ConcurrentDictionary<nint, IVmCallbacks> Owners = new();

    /// <summary>Directs the name <c>javascriptcore</c> to the loaded library; once, before any other call.</summary>
    public static void Bind(nint handle) => NativeLibrary.SetDllImportResolver(
        typeof(JavaScriptCoreNative).Assembly,
        (name, _, _) => name == Library ? handle : 0);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SignalAction(int signal, nint action, byte* previous);

    [LibraryImport("libc", EntryPoint = "dladdr")]
    private static partial int AddressInfo(nint address, nint* info);

    [LibraryImport(Library, EntryPoint = "jsc_options_set_boolean", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetBooleanOption(string option, int value);

    [LibraryImport(Library, EntryPoint = "JSConfigureSignalForGC")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool ConfigureSignalForGc(int signal);

    [LibraryImport(Library, EntryPoint = "JSContextGroupCreate")]
    public static partial nint GroupCreate();

    [LibraryImport(Library, EntryPoint = "JSContextGroupRelease")]
    public static partial void GroupRelease(nint group);

    [LibraryImport(Library, EntryPoint = "JSGlobalContextCreateInGroup")]
    public static partial nint ContextCreate(nint group, nint globalClass);

    [LibraryImport(Library, EntryPoint = "JSGlobalContextRelease")]
    public static partial void ContextRelease(nint context);

    [LibraryImport(Library, EntryPoint = "JSContextGetGlobalContext")]
    private static partial nint GlobalContext(nint context);

    [LibraryImport(Library, EntryPoint = "JSContextGetGlobalObject")]
    public static partial nint GlobalObject(nint context);

    [LibraryImport(Library, EntryPoint = "JSContextGroupSetExecutionTimeLimit")]
    private static partial void SetTimeLimit(
        nint group, double seconds, delegate* unmanaged[Cdecl]<nint, void*, byte> callback, void* state);

    [LibraryImport(Library, EntryPoint = "JSGlobalContextSetEvalEnabled")]
    public static partial void SetEvalEnabled(nint context, byte enabled, nint message);

    [LibraryImport(Library, EntryPoint = "JSGlobalContextSetInspectable")]
    public static partial void SetInspectable(nint context, byte inspectable);

    [LibraryImport(Library, EntryPoint = "JSLock")]
    public static partial void Lock(nint context);

    [LibraryImport(Library, EntryPoint = "JSEvaluateScript")]
    private static partial nint Evaluate(nint context, nint script, nint self, nint url, int line, nint* exception);

    [LibraryImport(Library, EntryPoint = "JSCheckScriptSyntax")]
    private static partial byte CheckSyntax(nint context, nint script, nint url, int line, nint* exception);

    /// <summary>Collects everything before it returns; a private export like the one below.</summary>
    [LibraryImport(Library, EntryPoint = "JSSynchronousGarbageCollectForDebugging")]
    public static partial void Collect(nint context);

    [LibraryImport(Library, EntryPoint = "JSGetMemoryUsageStatistics")]
    public static partial nint MemoryStatistics(nint context);

    [LibraryImport(Library, EntryPoint = "JSStringCreateWithCharacters")]
    private static partial nint StringCreate(char* characters, nuint length);

    [LibraryImport(Library, EntryPoint = "JSStringRelease")]
    public static partial void StringRelease(nint text);

    [LibraryImport(Library, EntryPoint = "JSStringGetLength")]
    private static partial nuint StringLength(nint text);

    [LibraryImport(Library, EntryPoint = "JSStringGetCharactersPtr")]
    private static partial char* StringCharacters(nint text);

    [LibraryImport(Library, EntryPoint = "JSValueGetType")]
    public static partial int TypeOf(nint context, nint value);

    [LibraryImport(Library, EntryPoint = "JSValueMakeBoolean")]
    public static partial nint MakeBoolean(nint context, byte value);

    [LibraryImport(Library, EntryPoint = "JSValueMakeString")]
    public static partial nint MakeString(nint context, nint text);

    [LibraryImport(Library, EntryPoint = "JSValueToNumber")]
    private static partial double ToNumber(nint context, nint value, nint* exception);

    [LibraryImport(Library, EntryPoint = "JSValueToStringCopy")]
    private static partial nint ToStringCopy(nint context, nint value, nint* exception);

    [LibraryImport(Library, EntryPoint = "JSValueProtect")]
    public static partial void Protect(nint context, nint value);

    [LibraryImport(Library, EntryPoint = "JSValueUnprotect")]
    public static partial void Unprotect(nint context, nint value);

    [LibraryImport(Library, EntryPoint = "JSObjectMake")]
    public static partial nint MakeObject(nint context, nint objectClass, nint data);

    [LibraryImport(Library, EntryPoint = "JSObjectGetProperty")]
    private static partial nint GetProperty(nint context, nint target, nint name, nint* exception);

    [LibraryImport(Library, EntryPoint = "JSObjectSetProperty")]
    private static partial void SetProperty(nint context, nint target, nint name, nint value, uint attributes, nint* exception);

    [LibraryImport(Library, EntryPoint = "JSObjectCallAsFunction")]
    private static partial nint CallFunction(nint context, nint function, nint self, nuint count, nint* arguments, nint* exception);

    [LibraryImport(Library, EntryPoint = "JSObjectMakeFunctionWithCallback")]
    private static partial nint MakeFunction(
        nint context, nint name, delegate* unmanaged[Cdecl]<nint, nint, nint, nuint, nint*, nint*, nint> callback);

    [LibraryImport(Library, EntryPoint = "JSObjectMakeError")]
    private static partial nint MakeError(nint context, nuint count, nint* arguments, nint* exception);

    [LibraryImport(Library, EntryPoint = "JSObjectMakeTypedArrayWithBytesNoCopy")]
    private static partial nint MakeTypedArray(
        nint context, int type, void* bytes, nuint length, delegate* unmanaged[Cdecl]<void*, void*, void> free, void* state,
        nint* exception);

    public static nint NewString(string text)
    {
        fixed (char* characters = text)
        {
            return StringCreate(characters, (nuint)text.Length);
        }
    }

    /// <summary>Text of a JSString, which is released.</summary>
    public static string TakeString(nint text)
    {
        if (text == 0)
        {
            return "";
        }

        var copy = new string(StringCharacters(text), 0, (int)StringLength(text));
        StringRelease(text);
        return copy;
    }

    /// <summary>String(value); empty where converting throws (a hostile toString).</summary>
    public static string TextOf(nint context, nint value)
    {
        nint exception = 0;
        return TakeString(ToStringCopy(context, value, &exception));
    }

    /// <summary>A property by a cached name; 0 where a getter throws.</summary>
    public static nint Property(nint context, nint target, nint name)
    {
        nint exception = 0;
        var value = GetProperty(context, target, name, &exception);
        return exception == 0 ? value : 0;
    }

    public static void SetProperty(nint context, nint target, string name, nint value)
    {
        var text = NewString(name);
        nint exception = 0;
        SetProperty(context, target, text, value, 0, &exception);
        StringRelease(text);
    }

    public static double NumberOf(nint context, nint value)
    {
        nint exception = 0;
        return ToNumber(context, value, &exception);
    }

    public static nint Call(nint context, nint function, out nint exception)
    {
        nint thrown = 0;
        var value = CallFunction(context, function, 0, 0, null, &thrown);
        exception = thrown;
        return value;
    }

    public static nint Call(nint context, nint function, nint argument, out nint exception)
    {
        nint thrown = 0;
        var value = CallFunction(context, function, 0, 1, &argument, &thrown);
        exception = thrown;
        return value;
    }

    public static nint Evaluate(nint context, string script, string file, out nint exception)
    {
        nint thrown = 0, text = NewString(script), url = NewString(file);
        var value = Evaluate(context, text, 0, url, 1, &thrown);
        StringRelease(text);
        StringRelease(url);
        exception = thrown;
        return value;
    }

    public static bool IsSyntaxRight(nint context, string script, string file, out nint exception)
    {
        nint thrown = 0, text = NewString(script), url = NewString(file);
        var isRight = CheckSyntax(context, text, url, 1, &thrown) != 0;
        StringRelease(text);
        StringRelease(url);
        exception = thrown;
        return isRight;
    }

    /// <summary>A Float64Array over the buffer (JSTypedArrayType 8); the buffer is freed by its owner after the group's release.</summary>
    public static nint MakeFloat64Array(nint context, NativeNumbers numbers)
    {
        const int Float64 = 8;
        nint exception = 0;
        return MakeTypedArray(context, Float64, numbers.Pointer, (nuint)numbers.Length * sizeof(double), &KeepBytes, null, &exception);
    }

    /// <summary>
    /// The time limit of a group, set once (rule 7). A termination raises the flag behind the buffer, as evidence (rule 10).
    /// </summary>
    public static void SetTimeLimit(nint group, double seconds, NativeNumbers numbers) =>
        SetTimeLimit(group, seconds, &Terminate, numbers.FlagPointer);

    /// <summary>The host functions of one context: <c>text(operation, first, second)</c> and <c>compile(id)</c>.</summary>
    public static void AddHostFunctions(nint context, nint target, IVmCallbacks owner)
    {
        Owners[context] = owner;
        SetProperty(context, target, "text", Function(context, "text", &HostText));
        SetProperty(context, target, "compile", Function(context, "compile", &HostCompile));
    }

    public static void RemoveHostFunctions(nint context) => Owners.TryRemove(context, out _);

    /// <summary>File name of the library whose handler serves the signal; null for default or ignored.</summary>
    public static string? HandlerLibrary(int signal)
    {
        var action = stackalloc byte[256];
        var info = stackalloc nint[4];
        if (SignalAction(signal, 0, action) != 0 || *(nint*)action is 0 or 1 || AddressInfo(*(nint*)action, info) == 0)
        {
            return null;
        }

        return Marshal.PtrToStringUTF8(info[0]);
    }

    private static nint Function(
        nint context, string name, delegate* unmanaged[Cdecl]<nint, nint, nint, nuint, nint*, nint*, nint> callback)
    {
        var text = NewString(name);
        var function = MakeFunction(context, text, callback);
        StringRelease(text);
        return function;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void KeepBytes(void* bytes, void* state)
    {
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte Terminate(nint context, void* state)
    {
        *(double*)state = 1;
        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint HostText(nint context, nint function, nint self, nuint count, nint* arguments, nint* exception) =>
        Answer(context, exception, owner =>
        {
            var text = NewString(owner.Host.Text(Argument(0), Argument(1), Argument(2)));
            var value = MakeString(context, text);
            StringRelease(text);
            return value;

            string Argument(int index) => (nuint)index < count ? TextOf(context, arguments[index]) : "";
        });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint HostCompile(nint context, nint function, nint self, nuint count, nint* arguments, nint* exception) =>
        Answer(context, exception, owner =>
        {
            var value = owner.Compile(count > 0 ? TextOf(context, arguments[0]) : "", out var thrown);
            *exception = thrown;
            return value;
        });

    /// <summary>No managed exception may pass into native code: it would end the process (rule 15).</summary>
    private static nint Answer(nint context, nint* exception, Func<IVmCallbacks, nint> body)
    {
        try
        {
            return body(Owners[GlobalContext(context)]);
        }
#pragma warning disable CA1031 // the lane's entry from native code: whatever escapes here aborts the process
        catch (Exception error)
#pragma warning restore CA1031
        {
            var text = NewString(error.Message);
            var value = MakeString(context, text);
            StringRelease(text);
            nint ignored = 0;
            *exception = MakeError(context, 1, &value, &ignored);
            return 0;
        }
    }
}

/// <summary>What native callbacks need of a machine.</summary>
internal interface IVmCallbacks
{
    IVmHost Host { get; }

    /// <summary>The compiled module function, or 0 and the syntax error that was thrown.</summary>
    nint Compile(string id, out nint exception);
}

/// <summary>
/// The shared buffer outside the managed heap, and behind it one cell that a termination sets. Freed after the group's release.
/// </summary>
internal sealed unsafe class NativeNumbers : IDisposable
{
    private double* _cells;

    public NativeNumbers(int length)
    {
        Length = length;
        _cells = (double*)NativeMemory.AllocZeroed((nuint)length + 1, sizeof(double));
    }

    public int Length { get; }
    public Span<double> Span => new(_cells, Length);
    public void* Pointer => _cells;
    public void* FlagPointer => _cells + Length;
    public bool IsTerminated => _cells[Length] != 0;

    public void Dispose()
    {
        NativeMemory.Free(_cells);
        _cells = null;
    }
}
