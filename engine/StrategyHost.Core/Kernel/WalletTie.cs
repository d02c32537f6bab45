namespace StrategyHost.Core.Kernel;

/// <summary>
/// Ties an account's books to the wallet that its exchange shows first: what was paid in or out while no host ran, or before anything was
/// known of the account, is no profit and no loss. From then on the books are the fold of the reports.
/// </summary>
internal static class WalletTie
{
    /// <summary>A smaller difference is rounding of the exchange's and not said.</summary>
    private const decimal Said = 0.01m;

    public static void Tie(AccountKernel account, AccountShown shown, EffectList effects)
    {
        var books = account.Books.State;
        var moved = shown.WalletBalance - books.Balance;
        if (moved == 0)
        {
            return;
        }

        var isFirst = books is { Balance: 0, StartBalance: 0, Executions: 0 }; // nothing was known of the account before
        account.Books.State = books with
        {
            StartBalance = books.StartBalance + (isFirst ? moved : 0),
            Transfers = books.Transfers + (isFirst ? 0 : moved),
            Balance = shown.WalletBalance,
            Curve = books.Curve is { } curve ? curve with { Peak = curve.Peak + (double)moved } : null,
        };
        var losses = account.Losses.State;
        account.Losses.State = losses with
        {
            Last = losses.Last + moved,
            DayStart = losses.DayStart + moved,
            Peak = losses.Peak + moved,
            Samples = [.. losses.Samples.Select(s => s with { Equity = s.Equity + moved })],
        };
        account.Version++;
        if (Math.Abs(moved) >= Said && books.Balance != 0)
        {
            effects.Add(new Alert(account.Account, shown.At, "wallet_moved",
                $"the wallet holds {shown.WalletBalance:0.########}, {Math.Abs(moved):0.########} {(moved > 0 ? "more" : "less")} than was "
                + "booked: it was paid in or out meanwhile, and counts as neither profit nor loss"));
        }
    }
}
