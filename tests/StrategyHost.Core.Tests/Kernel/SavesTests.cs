using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>When a step says what must not be forgotten.</summary>
public sealed class SavesTests
{
    private readonly KernelDesk _desk = new(hasMirror: true, change: o => o with { SavesState = true });

    /// <summary>What was said while it could not be written may be lost for good: a plan that is never said again would be too.</summary>
    [Fact]
    public void Account_is_saved_whole_when_its_journal_is_written_again()
    {
        _desk.Price(100m, ("action", "buy"), ("quantity", 0.1), ("stop_loss_percent", 2.0));
        _desk.Fills(_desk.PlacedOn(AccountId.Main).Single(), 0.1m, 100m);
        Ready("journal", false);
        _desk.Saved.Clear();
        Ready("Private", true);
        Assert.Empty(_desk.Saved);
        Ready("journal", true);
        Assert.Equal(Assert.Single(_desk.Kernel.Main.Plans).Number, Assert.Single(_desk.Saved.OfType<PlanSaved>()).Plan.Number);
        Assert.Equal((AccountId.Main, true), _desk.Saved[^1] is AccountSaved last ? (last.Account, last.IsWhole) : default);
        _desk.Saved.Clear();
        Ready("journal", true, AccountId.Mirror);
        Assert.All(_desk.Saved, s => Assert.Equal(AccountId.Mirror, ((SaveEffect)s).Account));
        Assert.True(_desk.Saved[^1] is AccountSaved { IsWhole: true });
    }

    /// <summary>A crash behind the save would leave a trade in the books that nobody tells again.</summary>
    [Fact]
    public void Trade_is_told_before_the_save_that_counts_it_and_requests_come_behind()
    {
        _desk.Price(100m, ("action", "buy"), ("quantity", 0.1), ("stop_loss_percent", 2.0), ("take_profit_percent", 3.0));
        _desk.Fills(_desk.PlacedOn(AccountId.Main).Single(), 0.1m, 100m);
        var (effects, kinds) = (new EffectList(), new List<string>());
        _desk.Kernel.Step(new Reported([Stopped()]) { At = _desk.Now }, effects);
        while (effects.TryTake(out var effect))
        {
            kinds.Add(effect!.GetType().Name); // TryTake said that there is one
        }

        var save = kinds.IndexOf(nameof(AccountSaved));
        Assert.InRange(kinds.LastIndexOf(nameof(TradeClosed)), 0, save);
        Assert.InRange(kinds.LastIndexOf(nameof(OrderClosed)), 0, kinds.IndexOf(nameof(PlanSaved)));
        Assert.True(kinds.IndexOf(nameof(CancelOrder)) > save, string.Join(' ', kinds)); // its target
    }

    public static TheoryData<EngineInput, bool, bool> Inputs => new()
    {
        { new TimePassed { At = default }, false, false },
        { new Started { At = default }, true, true },
        { new Reported([Wallet(AccountId.Main)]) { At = default }, true, true },
        { new Reported([Wallet(AccountId.Mirror)]) { At = default }, false, true },
        { new Reported([Wallet(AccountId.Mirror), Wallet(AccountId.Main)]) { At = default }, true, true },
        { new AccountShown(AccountId.Main, 1m, [], []) { At = default }, true, true },
        { new AccountShown(AccountId.Mirror, 1m, [], []) { At = default }, false, true },
        { new ReadinessChanged(null, null, "Public", true, "") { At = default }, true, true },
        { new ReadinessChanged(AccountId.Main, null, "Private", true, "") { At = default }, true, true },
        { new ReadinessChanged(AccountId.Mirror, null, "Private", true, "") { At = default }, false, true },
        { new RebalanceAsked(AccountId.Main) { At = default }, true, true },
        { new RebalanceAsked(AccountId.Mirror) { At = default }, false, true },
    };

    /// <summary>A save of main for the mirror's sake would move main's commits, and its orders with them.</summary>
    [Theory]
    [MemberData(nameof(Inputs))]
    public void Main_is_looked_at_for_its_own_news_and_the_mirror_for_all(EngineInput input, bool isMains, bool isMirrors)
    {
        Assert.Equal((isMains, isMirrors), (Loudness.Of(input, AccountId.Main), Loudness.Of(input, AccountId.Mirror)));
    }

    [Fact]
    public void Main_is_not_looked_at_for_what_is_sent_to_the_mirror()
    {
        Assert.False(Loudness.Of(new ReadAccount(AccountId.Mirror), AccountId.Main));
        Assert.False(Loudness.Of(new Alert(AccountId.Mirror, default, "", ""), AccountId.Main));
        Assert.True(Loudness.Of(new ReadAccount(AccountId.Mirror), AccountId.Mirror));
        Assert.True(Loudness.Of(new CancelOrder(AccountId.Main, Markets.Btc.Symbol, default), AccountId.Main));
    }

    private FillReport Stopped() => new()
    {
        Account = AccountId.Main,
        At = _desk.Now,
        Symbol = Markets.Btc.Symbol,
        ExecutionId = new ExecutionId("stopped"),
        OrderId = new ExchangeOrderId("stop"),
        ClientOrderId = ClientOrderId.None,
        Side = Side.Sell,
        Price = Price.Of(98m),
        Quantity = Quantity.Of(0.1m),
        Fee = 0m,
        FeeRate = 0m,
        IsMaker = false,
        StopOrderType = StopOrderType.StopLoss,
    };

    private static WalletReport Wallet(AccountId account) => new() { Account = account, At = default, Balance = 1m };

    private void Ready(string source, bool isReady, AccountId? account = null) =>
        _desk.Tell(new ReadinessChanged(account ?? AccountId.Main, null, source, isReady, "a test") { At = _desk.Now });
}
