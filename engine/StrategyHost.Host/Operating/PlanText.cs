using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Operating;

/// <summary>Plans as tables for people, one account after the other.</summary>
internal static class PlanText
{
    public static void Show(TextOutput text, Document<PlanBlock> document, OperatorOrder order)
    {
        foreach (var block in document.Accounts)
        {
            Table(text, $"{block.Account}: {Count(block.Actions)} to do", block.Actions);
            if (block.Left.Count > 0)
            {
                Table(text, $"{block.Account}: {Count(block.Left)} LEFT", block.Left);
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

    private static void Table(TextOutput text, string title, IReadOnlyList<ActionRow> rows) => text.Table(new TableBlock(
        title,
        [new("step"), new("symbol"), new("side"), new("quantity", true), new("price", true), new("trigger", true), new("id"), new("why")],
        [
            .. rows.Select(r => (string[])
                [r.Action, r.Symbol, r.Side ?? "", r.Quantity ?? "", r.Price ?? "", r.TriggerPrice ?? "", Id(r), r.Why]),
        ]));

    private static string Id(ActionRow row) => !string.IsNullOrEmpty(row.OrderLinkId) ? row.OrderLinkId : row.OrderId ?? "";
}
