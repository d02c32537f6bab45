using System.Text;

namespace StrategyHost.Host.Authoring;

/// <summary>
/// Texts that the program carries for authors: the first strategy, its test, the typings, the part of tests that runs in the sandbox.
/// </summary>
internal static class Templates
{
    public static string Text(string name)
    {
        using var stream = typeof(Templates).Assembly.GetManifestResourceStream("Authoring." + name)
            ?? throw new InvalidOperationException($"embedded resource {name} is missing from the build");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
