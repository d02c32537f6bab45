using StrategyHost.Scripting.JavaScriptCore;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace StrategyHost.Scripting.Tests;

/// <summary>Why tests of JavaScriptCore are skipped here; null where it works.</summary>
internal static class JavaScriptCoreHere
{
    public static string? Missing { get; } = JavaScriptCoreEngine.Create() is { IsOk: false } result
        ? "JavaScriptCore is not usable here: " + result.Errors[0].Message : null;
}

/// <summary>A test of JavaScriptCore alone; skipped with the reason where the library is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JavaScriptCoreFactAttribute : FactAttribute
{
    public JavaScriptCoreFactAttribute() => Skip = JavaScriptCoreHere.Missing;
}

/// <summary>As <see cref="JavaScriptCoreFactAttribute"/>, with data rows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JavaScriptCoreTheoryAttribute : TheoryAttribute
{
    public JavaScriptCoreTheoryAttribute() => Skip = JavaScriptCoreHere.Missing;
}

/// <summary>A contract test: skipped in classes marked <see cref="NeedsJavaScriptCoreAttribute"/> where the library is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("StrategyHost.Scripting.Tests.EngineFactDiscoverer", "StrategyHost.Scripting.Tests")]
public sealed class EngineFactAttribute : FactAttribute;

/// <summary>Marks a contract class whose engine is the system library.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsJavaScriptCoreAttribute : Attribute;

/// <summary>Gives a skipped case instead of a real one where the engine under contract is absent.</summary>
public sealed class EngineFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
    {
        var isNeeded = testMethod.TestClass.Class.GetCustomAttributes(typeof(NeedsJavaScriptCoreAttribute)).Any();
        return isNeeded && JavaScriptCoreHere.Missing is { } reason
            ? new XunitSkippedDataRowTestCase(
                DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(),
                    testMethod, reason)
            : base.CreateTestCase(discoveryOptions, testMethod, factAttribute);
    }
}
