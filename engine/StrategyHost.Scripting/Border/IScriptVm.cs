using StrategyHost.Core.Strategies;

namespace StrategyHost.Scripting.Border;

/// <summary>
/// One JavaScript engine with the prelude loaded: the little that differs between the two adapters. Belongs to one thread. After a fault
/// <see cref="Dispatch"/> is never called again, except once with <see cref="Operation.Drain"/> after a fault of kind Script.
/// </summary>
internal interface IScriptVm : IDisposable
{
    /// <summary>The buffer of <see cref="BorderLayout"/>; the script's side sees every write at once.</summary>
    Span<double> Numbers { get; }

    /// <summary>Runs the operation in the buffer; text only for operations that answer with one.</summary>
    VmReturn Dispatch();

    /// <summary>The size of the script's heap; costs up to hundreds of milliseconds, by the number of objects.</summary>
    HeapBytes Heap();

    /// <summary>Frees what the script no longer holds, now; as dear as <see cref="Heap"/>.</summary>
    void Collect();
}

/// <summary>
/// Bytes that the last collection found in use (up to a half of what is in use by now), and bytes that the heap takes, rubbish included.
/// </summary>
internal readonly record struct HeapBytes(long Used, long Taken);

internal readonly record struct VmReturn(string? Text, ScriptFault? Fault);

/// <summary>
/// What the prelude may ask its host for. Implemented once for both adapters; throws <see cref="ScriptRefusalException"/>.
/// </summary>
internal interface IVmHost
{
    /// <summary><c>resolve(from, spec)</c> → module id, <c>read(id)</c> → text, <c>payload</c>, <c>view</c> → JSON text.</summary>
    string Text(string operation, string first, string second);

    /// <summary>The module as the text of one function expression, for the engine to compile.</summary>
    ModuleText Compile(string id);
}

/// <summary>A wrapped module: the first line carries <see cref="HeadLength"/> characters that are not the author's.</summary>
internal sealed record ModuleText(string File, string Source, string Wrapped, int HeadLength);

/// <summary>A refusal that becomes a JavaScript error in the script; never leaves the adapter.</summary>
internal sealed class ScriptRefusalException : Exception
{
    public ScriptRefusalException(string message)
        : base(message)
    {
    }
}
