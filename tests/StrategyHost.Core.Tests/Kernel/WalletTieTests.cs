using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>What is paid in or out while the host runs counts for sizing, and is neither profit nor loss.</summary>
public sealed class WalletTieTests
{
    private const decimal Start = 10_000m;
    private readonly KernelDesk _desk = new(change: o => o with { AuditMs = 5000, Main = o.Main with { TakesWallet = true } });

    public WalletTieTests() => Show(Start);

    [Theory]
    [InlineData(15_000, 5_000)]
    [InlineData(4_000, -6_000)]
    public void Money_that_pictures_show_for_a_minute_was_paid_in_or_out(int wallet, int paid)
    {
        Show(wallet);
        Shown(wallet, after: WalletTie.SettledMs - 1);
        Assert.Equal(Start, _desk.Kernel.Main.Books.Balance);
        Shown(wallet, after: 1);
        Assert.Equal((wallet, paid, 0m), (_desk.Kernel.Main.Books.Balance, _desk.Kernel.Main.Books.Transfers, _desk.Kernel.Main.Books.RealisedPnl));
        Assert.Equal("wallet_moved", Assert.Single(_desk.MainAlerts).Code);
        Shown(wallet, after: 10 * WalletTie.SettledMs);
        Assert.Single(_desk.MainAlerts);
    }

    /// <summary>Sizing by a share of the balance: half of it paid out halves the next entry.</summary>
    [Fact]
    public void Next_entry_is_sized_by_what_is_there()
    {
        var before = Sized();
        Show(Start / 2);
        Shown(Start / 2, after: WalletTie.SettledMs);
        Assert.Equal(before / 2, Sized());
    }

    [Fact]
    public void Difference_that_goes_or_changes_begins_anew()
    {
        Show(11_000m);
        Shown(Start, after: WalletTie.SettledMs / 2);
        Shown(11_000m, after: WalletTie.SettledMs);
        Shown(12_000m, after: WalletTie.SettledMs - 1);
        Shown(12_000m, after: WalletTie.SettledMs - 1);
        Assert.Equal(Start, _desk.Kernel.Main.Books.Balance);
        Shown(12_000m, after: 1);
        Assert.Equal(2_000m, _desk.Kernel.Main.Books.Transfers);
    }

    [Fact]
    public void Execution_that_is_booked_meanwhile_shows_that_reports_were_on_their_way()
    {
        _desk.Price(100m, ("action", "buy"), ("quantity", 1.0), ("stop_loss_percent", 2.0));
        var entry = _desk.Placed[^1].Request;
        Show(9_999m); // the exchange has the fee of it already
        _desk.Waits(WalletTie.SettledMs);
        _desk.Fills(entry, 1m, 100m);
        Shown(9_999m, after: 1);
        Assert.Equal((9_999m, 0m), (_desk.Kernel.Main.Books.Balance, _desk.Kernel.Main.Books.Transfers));
    }

    [Fact]
    public void Rounding_waits_for_the_next_start()
    {
        Show(Start + 0.009m);
        Shown(Start + 0.009m, after: 10 * WalletTie.SettledMs);
        Assert.Equal(Start, _desk.Kernel.Main.Books.Balance);
    }

    private decimal Sized()
    {
        _desk.Requests.Clear();
        _desk.Price(100m, ("action", "buy"), ("quantity_percent", 10.0), ("stop_loss_percent", 2.0));
        var entry = Assert.Single(_desk.Placed).Request;
        _desk.Refuses(entry, 170_131);
        return entry.Quantity.Value;
    }

    private void Shown(decimal wallet, long after)
    {
        _desk.Waits(after);
        Show(wallet);
    }

    private void Show(decimal wallet) => _desk.Tell(new AccountShown(AccountId.Main, wallet, [], []) { At = _desk.Now });
}
