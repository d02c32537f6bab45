using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Operating;

/// <summary>What <c>halt</c> and <c>resume</c> did, for people; short lines that fit a chat as well.</summary>
internal static class HaltText
{
    public static void Show(TextOutput text, Document<HaltBlock> document, HaltOrder order)
    {
        foreach (var line in Lines(document, order))
        {
            text.Line(line);
        }
    }

    public static IEnumerable<string> Lines(Document<HaltBlock> document, HaltOrder order)
    {
        foreach (var block in document.Accounts)
        {
            yield return $"{block.Account}: {Words(block)}";
            foreach (var line in Lines(block, order))
            {
                yield return "  " + line;
            }
        }

        if (document.Source != "host")
        {
            yield return order == HaltOrder.Halt
                ? "No host runs: the next one starts halted."
                : "No host runs: the next one starts resumed.";
        }
    }

    /// <summary>One halt, for example <c>halted: strategy sma on BTCUSDT until 2026-08-01T06:00:00.000Z, by command line</c>.</summary>
    public static string Of(HaltRow halt)
    {
        var scope = (halt.Strategy, halt.Symbol) switch
        {
            (null, null) => "everything",
            ({ } strategy, null) => $"strategy {strategy}",
            (null, { } symbol) => symbol,
            ({ } strategy, { } symbol) => $"strategy {strategy} on {symbol}",
        };
        return $"halted: {scope} from {halt.From} until {halt.Until ?? "somebody resumes"}, by {halt.By}";
    }

    private static string Words(HaltBlock block) => block.State switch
    {
        "halted" => "HALTED, nothing is entered; exits, stops and trails go on",
        "limited" => "nothing is entered: a limit was reached; exits, stops and trails go on",
        "partly_halted" => "halted in part; exits, stops and trails go on",
        _ => "entries are on",
    };

    private static IEnumerable<string> Lines(HaltBlock block, HaltOrder order)
    {
        foreach (var halt in block.Lifted)
        {
            yield return "lifted: " + Of(halt);
        }

        foreach (var limit in block.Released)
        {
            yield return $"released: {limit}";
        }

        foreach (var halt in block.Halts)
        {
            yield return Of(halt);
        }

        foreach (var limit in block.Limits)
        {
            yield return $"{limit} still keeps entries out" + (order == HaltOrder.Resume ? "; resume the whole account to release it" : "");
        }

        if (block.Cancelled.Count > 0)
        {
            yield return $"cancelled: {string.Join(", ", block.Cancelled)}";
        }

        if (block.Left.Count > 0)
        {
            yield return $"NO ANSWER YET to the cancels of {string.Join(", ", block.Left)}: they may still fill, with their stops";
        }

        if (block.Problem is { } problem)
        {
            yield return $"ENTRIES THAT REST AT THE EXCHANGE ARE NOT CANCELLED: {problem}";
        }

        if (!block.IsKept)
        {
            yield return "NOT ON DISK YET: it holds as long as the host runs; see its log";
        }
    }
}
