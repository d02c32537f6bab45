using System.Text.RegularExpressions;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Signals;
using StrategyHost.TestKit;

namespace StrategyHost.Core.Tests.Signals;

public sealed class GeneratedFileTests
{
    private static readonly string TypingsFile = Path.Combine(SharedFolder.Repository, "strategies", "strategyhost.d.ts");

    [Fact]
    public void Signals_document_is_current() => GeneratedFile.ShouldBe(SignalDocument.Text(), "engine", "docs", "signals.md");

    [Fact]
    public void Typings_are_current()
    {
        var present = File.ReadAllText(TypingsFile).ReplaceLineEndings("\n");
        GeneratedFile.ShouldBe(Typings.WithGeneratedEnd(present), "strategies", "strategyhost.d.ts");
    }

    [Fact]
    public void Typings_have_every_signal_field_and_settings_key()
    {
        Assert.Equal(SignalFields.All.Select(f => f.Name), Members("Signal"));
        Assert.Equal(SettingsFields.All.Select(f => f.Name), Members("Settings"));
    }

    [Fact]
    public void Documented_codes_are_unique() => Assert.Equal(SignalRules.All.Count, SignalRules.All.Select(r => r.Key).Distinct().Count());

    /// <summary>Names of an interface's members, without the _pct spellings.</summary>
    private static IEnumerable<string> Members(string name)
    {
        var file = File.ReadAllText(TypingsFile);
        var body = Regex.Match(file, $@"interface {name} \{{(.*?)^\}}", RegexOptions.Singleline | RegexOptions.Multiline);
        return Regex.Matches(body.Groups[1].Value, @"^  (\w+)\??:", RegexOptions.Multiline).Select(m => m.Groups[1].Value)
            .Where(n => !n.EndsWith("_pct", StringComparison.Ordinal));
    }
}
