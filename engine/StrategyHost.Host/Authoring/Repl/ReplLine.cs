using System.Globalization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Authoring.Repl;

/// <summary>What somebody typed. Closed hierarchy.</summary>
internal abstract record ReplLine
{
    public const string Help = """
        an expression     its value: ctx.position, ctx.ta.sma(20), ctx.history(3)
                          strategy holds the callbacks: strategy.export_state()
        step [N]          hear the next event, or N of them, and show the answers
        continue          to the end of the data
        continue [until] T
                          to a time, for example 2024-07-18T09:30:00Z
        quit              end
        """;

    private const long StepsMax = 1_000_000;

    private protected ReplLine() { }

    public static ReplLine Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words switch
        {
            [] => new ReplNothing(),
            ["step"] => new ReplStep(1),
            ["step", var count] => Steps(count) is { } n
                ? new ReplStep(n) : new ReplMistake($"step takes a whole number from 1 to {StepsMax}, not '{count}'"),
            ["continue"] => new ReplContinue(null),
            ["continue", "until", .. var time] => Until(time),
            ["continue", .. var time] => Until(time),
            ["help"] or ["?"] => new ReplHelp(),
            ["quit"] or ["exit"] => new ReplQuit(),
            _ => new ReplExpression(line.Trim().TrimEnd(';')),
        };
    }

    private static ReplLine Until(string[] time) => UtcTime.TryParse(string.Join(' ', time)) is { } until
        ? new ReplContinue(until) : new ReplMistake($"continue until takes {UtcTime.Form}");

    private static long? Steps(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= StepsMax ? count : null;
}

internal sealed record ReplNothing : ReplLine;

internal sealed record ReplStep(long Events) : ReplLine;

/// <summary>Null: to the end.</summary>
internal sealed record ReplContinue(Timestamp? Until) : ReplLine;

internal sealed record ReplHelp : ReplLine;

internal sealed record ReplQuit : ReplLine;

internal sealed record ReplMistake(string Text) : ReplLine;

internal sealed record ReplExpression(string Text) : ReplLine;
