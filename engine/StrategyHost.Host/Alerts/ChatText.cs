using System.Text;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Alerts;

/// <summary>The documents as short texts for a chat: one block per account, never summed.</summary>
internal static class ChatText
{
    /// <summary>Telegram takes 4096.</summary>
    private const int CharactersMax = 3900;
    private const int ProblemsMax = 3;

    public const string Help = """
        /status - health, equity and strategies of each account
        /positions - open positions with their stops
        /verify - whether every position is covered
        /halt [main|mirror] [STRATEGY] [SYMBOL] [UNTIL] - no entries; exits, stops and trails go on
        /resume [main|mirror] [STRATEGY] [SYMBOL] [UNTIL] - entries again
        UNTIL: 30m, 2h, 7d, or a time in UTC such as 2026-08-01T06:00Z
        """;

    public static string Cut(string text) =>
        text.Length <= CharactersMax ? text : text[..CharactersMax] + "\n… cut; ask the host itself for the rest";

    public static string Status(Document<StatusBlock> document) => Blocks(document, (text, block) =>
    {
        text.AppendLine($"{block.Account}: {block.State}, equity {block.Equity ?? "unknown"}, available {block.Available ?? "unknown"}");
        text.AppendLine($"{block.Health.ActivePositions} positions, {block.Health.PendingOrders} orders");
        foreach (var strategy in block.Strategies)
        {
            text.AppendLine($"{strategy.Name} {strategy.State} {strategy.Error}".TrimEnd());
        }

        foreach (var error in block.Health.Errors.TakeLast(ProblemsMax))
        {
            text.AppendLine("! " + error);
        }
    });

    public static string Positions(Document<PositionsBlock> document) => Blocks(document, (text, block) =>
    {
        text.AppendLine($"{block.Account}: {Count(block.Positions.Count)}");
        foreach (var p in block.Positions)
        {
            var stop = p.StopPrice is { } price ? "stop " + price : "NO STOP";
            text.AppendLine($"{p.Side} {p.Size} {p.Symbol} at {p.EntryPrice}, mark {p.MarkPrice ?? "unknown"}, "
                + $"profit {p.UnrealisedPnl ?? "unknown"}, {stop} ({p.Strategy ?? "foreign"})");
        }
    });

    public static string Verify(Document<VerifyBlock> document) => Blocks(document, (text, block) =>
    {
        text.AppendLine($"{block.Account}: {Count(block.Positions.Count)}");
        foreach (var p in block.Positions)
        {
            text.AppendLine($"{p.State.ToUpperInvariant()} {p.Side} {p.Size} {p.Symbol}: stop for {p.StopCoveredSize}, "
                + $"target for {p.TargetCoveredSize}");
            foreach (var problem in p.Problems)
            {
                text.AppendLine($"! {problem.Code}: {problem.Text}. {problem.Action}.");
            }
        }
    });

    private static string Count(int positions) => positions == 1 ? "1 position" : $"{positions} positions";

    private static string Blocks<T>(Document<T> document, Action<StringBuilder, T> write) =>
        string.Join("\n", document.Accounts.Select(block =>
        {
            var text = new StringBuilder();
            write(text, block);
            return text.ToString();
        })).TrimEnd();
}
