using System.Runtime.InteropServices;
using Xunit;

namespace StrategyHost.TestKit;

/// <summary>Theory rows that need both script engines; skipped with a reason where JavaScriptCore is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JavaScriptCoreTheoryAttribute : TheoryAttribute
{
    public JavaScriptCoreTheoryAttribute() => Skip = IsInstalled ? null : Reason;

    internal const string Reason = "JavaScriptCore is not installed: apt install libjavascriptcoregtk-4.1-0";

    public static bool IsInstalled { get; } = NativeLibrary.TryLoad("libjavascriptcoregtk-4.1.so.0", out _);
}

/// <summary>As <see cref="JavaScriptCoreTheoryAttribute"/>, and recorded data are needed too.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedJavaScriptCoreTheoryAttribute : TheoryAttribute
{
    public SharedJavaScriptCoreTheoryAttribute() =>
        Skip = SharedFolder.Root is null ? SharedFactAttribute.Reason
            : JavaScriptCoreTheoryAttribute.IsInstalled ? null
            : JavaScriptCoreTheoryAttribute.Reason;
}
