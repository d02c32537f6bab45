using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Explain;

/// <summary>The chain for people: one line a step, each account in its own block.</summary>
internal static class ExplainText
{
    public static void Write(TextOutput text, ExplainDocument document)
    {
        if (document.Signal is { } signal)
        {
            text.Line($"{signal.Id}: {signal.Action} {signal.Symbol} by {signal.Strategy}: {signal.Outcome} {signal.Text}".TrimEnd());
            text.Line($"  tag {Or(signal.Tag)}, reason {Or(signal.Reason)}");
            if (signal.ScriptSha256 is { Length: > 0 } version)
            {
                text.Line($"  by version {version[..Math.Min(12, version.Length)]} of {signal.ScriptFile ?? signal.Strategy}");
            }
        }
        else
        {
            text.Line($"{document.Id}: no signal of this host is known behind it");
        }

        var first = document.Cause.Concat(document.Accounts.SelectMany(a => a.Events)).FirstOrDefault(e => e.OffsetMs == 0);
        text.Line($"  run {document.Run}, from {first?.Time}");
        Steps(text, "why", document.Cause);
        foreach (var account in document.Accounts)
        {
            Steps(text, account.Account, account.Events);
        }

        foreach (var note in document.Notes)
        {
            text.Line();
            text.Line("note: " + note);
        }
    }

    /// <summary>The text of a version as it was; several files with a line before each.</summary>
    public static void Write(TextOutput text, VersionDocument version)
    {
        foreach (var file in version.Files)
        {
            if (version.Files.Count > 1)
            {
                text.Line("// ---- " + file.Name);
            }

            text.Line(file.Text?.TrimEnd('\n') ?? $"// {file.Name} was too long to be kept");
        }
    }

    private static void Steps(TextOutput text, string title, IReadOnlyList<EventRow> steps)
    {
        if (steps.Count == 0)
        {
            return;
        }

        text.Line();
        text.Line(title);
        foreach (var step in steps)
        {
            text.Line($"{(step.Asked ? "*" : " ")}{Offset(step.OffsetMs),9}  {step.Text}");
        }
    }

    private static string Offset(long ms) => ms < 100_000
        ? FormattableString.Invariant($"+{ms} ms") : FormattableString.Invariant($"+{ms / 1000.0:0} s");

    private static string Or(string text) => text.Length == 0 ? "none" : text;
}
