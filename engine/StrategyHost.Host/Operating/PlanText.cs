using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Operating;

/// <summary>
/// Plans for people, one account after the other. A step is a short paragraph: what is done, to which order, and why; eight columns of a
/// table do not fit into 80.
/// </summary>
internal static class PlanText
{
    public static void Show(TextOutput text, Document<PlanBlock> document, OperatorOrder order)
    {
        foreach (var block in document.Accounts)
        {
            Steps(text, $"{block.Account}: {Count(block.Actions)} to do", block.Actions);
            if (block.Left.Count > 0)
            {
                Steps(text, $"{block.Account}: {Count(block.Left)} LEFT", block.Left);
            }

            foreach (var refused in block.Refused)
            {
                text.Line($"  refused: {refused}");
            }

            text.Line(block switch
            {
                { Applied: false, Actions.Count: 0 } => $"  {block.Account}: nothing to do",
                { Applied: false } => $"  {block.Account}: a dry run, nothing was sent; --apply carries it out",
                { Done: true } when order == OperatorOrder.Flatten => $"  {block.Account}: flat, and no order of it is left",
                { Done: true } => $"  {block.Account}: done, nothing is left to do",
                _ => $"  {block.Account}: NOT DONE; look at the exchange, and ask again",
            });
        }

        if (order == OperatorOrder.Flatten && document.Source == "host")
        {
            text.Line("A strategy whose position is closed may enter again; stop the host to keep it out.");
        }
    }

    private static string Count(IReadOnlyList<ActionRow> rows) => rows.Count == 1 ? "1 step" : $"{rows.Count} steps";

    private static void Steps(TextOutput text, string title, IReadOnlyList<ActionRow> rows)
    {
        text.Title(title);
        foreach (var row in rows)
        {
            text.Indented(2, What(row));
            text.Indented(6, string.Join(": ", ((string[])[Id(row), row.Why]).Where(t => t.Length > 0)));
        }
    }

    /// <summary>For example <c>place sell 0.01 BTCUSDT, trigger 63000, price 62900</c>.</summary>
    private static string What(ActionRow row)
    {
        var step = string.Join(' ', ((string?[])[row.Action, row.Side, row.Quantity, row.Symbol]).Where(t => !string.IsNullOrEmpty(t)));
        var trigger = row.TriggerPrice is { } at ? $", trigger {at}" : "";
        return step + trigger + (row.Price is { } price ? $", price {price}" : "");
    }

    private static string Id(ActionRow row) => !string.IsNullOrEmpty(row.OrderLinkId) ? row.OrderLinkId : row.OrderId ?? "";
}
