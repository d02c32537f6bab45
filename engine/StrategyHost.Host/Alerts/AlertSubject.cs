namespace StrategyHost.Host.Alerts;

/// <summary>Which symbol an alert's text speaks of.</summary>
internal static class AlertSubject
{
    private static readonly string[] Quotes = ["USDT", "USDC", "PERP"];
    private static readonly char[] Breaks = [' ', ',', ';', ':', '(', ')', '\n'];

    /// <summary>The first word that is a symbol: one of those known, or one that ends as linear contracts do. Null: none.</summary>
    public static string? SymbolOf(string text, IReadOnlySet<string> known) =>
        Array.Find(text.Split(Breaks, StringSplitOptions.RemoveEmptyEntries), word => known.Contains(word) || IsContract(word));

    private static bool IsContract(string word) =>
        word.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c))
        && Array.Exists(Quotes, quote => word.Length > quote.Length && word.EndsWith(quote, StringComparison.Ordinal));
}
