using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Ties an account's books to the wallet that its exchange shows: what was paid in or out is no profit and no loss, and sizing counts with
/// it. 1. The first picture of a run is taken as it is: what happened while no host ran, or before anything was known of the account.
/// 2. While the host runs the books are the fold of the reports, and a difference may be an execution on its way: only one that pictures
/// show for <see cref="SettledMs"/>, always the same and with nothing booked meanwhile, was paid in or out.
/// </summary>
internal sealed class WalletTie(AccountKernel account)
{
    /// <summary>Reports come within seconds, and are read again after a reconnect; a picture comes every 30 s.</summary>
    internal const long SettledMs = 60_000;

    /// <summary>A smaller difference is rounding of the exchange's, not said, and waits for the next start.</summary>
    private const decimal Said = 0.01m;

    private bool _isTied;
    private (decimal Moved, long Executions, Timestamp Since)? _apart;

    /// <summary>Compares the books with a picture of the account.</summary>
    public void Take(AccountShown shown, EffectList effects)
    {
        var (moved, executions) = (shown.WalletBalance - account.Books.Balance, account.Books.State.Executions);
        if (!account.Setup.TakesWallet || (_isTied && Math.Abs(moved) < Said))
        {
            _apart = null;
        }
        else if (_isTied && (_apart is not { } apart || apart.Moved != moved || apart.Executions != executions))
        {
            _apart = (moved, executions, shown.At);
        }
        else if (!_isTied || shown.At.Ms - _apart!.Value.Since.Ms >= SettledMs) // it was just looked at
        {
            (_isTied, _apart) = (true, null);
            Tie(shown, effects);
        }
    }

    private void Tie(AccountShown shown, EffectList effects)
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
