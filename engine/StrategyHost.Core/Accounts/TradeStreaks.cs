namespace StrategyHost.Core.Accounts;

/// <summary>
/// Trades won or lost in a row, in the order of their exits. One that ends at exactly zero ends both. Current: won positive, lost negative.
/// </summary>
public readonly record struct TradeStreaks(int LongestWin, int LongestLoss, int Current)
{
    /// <summary>After one more trade.</summary>
    public TradeStreaks With(decimal net)
    {
        var current = Math.Sign(net) switch
        {
            > 0 => Math.Max(Current, 0) + 1,
            < 0 => Math.Min(Current, 0) - 1,
            _ => 0,
        };
        return new TradeStreaks(Math.Max(LongestWin, current), Math.Max(LongestLoss, -current), current);
    }
}
