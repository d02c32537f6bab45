using System.Globalization;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Authoring.Testing;

/// <summary>The tests of one file as they end: its name, then a line for each.</summary>
internal sealed class TestList(Action<Action<TextOutput>> show)
{
    private bool _isBegun;

    public void Take(TestOutcome test) => show(text =>
    {
        if (!_isBegun)
        {
            text.Line(test.File);
            _isBegun = true;
        }

        text.Line(test.State switch
        {
            TestState.Passed => Line("✓", test),
            TestState.Failed => Line("✗", test),
            TestState.Skipped => $"  – {test.Name} (skipped)",
        });
    });

    private static string Line(string mark, TestOutcome test) =>
        string.Create(CultureInfo.InvariantCulture, $"  {mark} {test.Name} ({test.WallMs} ms)");
}
