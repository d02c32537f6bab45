using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange;
using Xunit;

namespace StrategyHost.Simulation.Tests.Exchange.Saved;

/// <summary>Named situations in which an exchange is interrupted: what follows is what would have followed.</summary>
public sealed class RestoreTests
{
    public static TheoryData<string, FillModel, string> Situations => new()
    {
        { "market order waits", FillModel.Touch, "fill Buy 40000" },
        { "limit waits in the queue", FillModel.Cross, "fill Buy 39990" },
        { "conditional waits", FillModel.Touch, "fill Buy 40100" },
        { "entry carries a stop", FillModel.Touch, "stop 39500" },
        { "full stop", FillModel.Touch, "fill Sell 39400" },
        { "partial pair", FillModel.Touch, "end CancelByOCOTpCanceledBySlTriggered" },
        { "partial pair grows with its entry", FillModel.Cross, "size 0.3" },
        { "trail is armed", FillModel.Touch, "fill Sell 40400" },
        { "trail waits for its activation", FillModel.Touch, "fill Sell 40400" },
        { "mark is recorded", FillModel.Touch, "fill Sell 40000" },
        { "id was used", FillModel.Touch, "refused 110072" },
        { "leverage was set", FillModel.Touch, "refused 110043" },
        { "funding took margin", FillModel.Touch, "liquidation" },
    };

    [Theory]
    [MemberData(nameof(Situations))]
    public void Interrupted_exchange_goes_on_as_if_it_had_not_been(string name, FillModel model, string expected)
    {
        var (whole, restarted) = (Fixture.OnTicks(model), Fixture.OnTicks(model));
        Before(name, whole);
        Before(name, restarted);
        restarted.Restart();
        whole.Reports.Clear();
        After(name, whole);
        After(name, restarted);
        Assert.Equal(whole.Reports, restarted.Reports);
        Assert.Contains(expected, whole.Reports.Select(Words));
    }

    [Fact]
    public void Accounts_keep_their_order_and_new_ones_may_follow()
    {
        var f = new Fixture();
        f.Exchange.AddAccount(new AccountOptions { Account = AccountId.Mirror, Balance = 7m });
        f.Restart();
        Assert.Equal(["main", "mirror"], f.Exchange.Export().Markets.Accounts);
        Assert.Equal(7m, f.Exchange.WalletBalance(AccountId.Mirror));
        Assert.True(f.Exchange.HasAccount(AccountId.Mirror));
        var other = new AccountId("other");
        f.Exchange.AddAccount(new AccountOptions { Account = other, Balance = 1m });
        Assert.Equal(1m, f.Exchange.WalletBalance(other));
    }

    private static void Before(string name, Fixture f)
    {
        f.Trade(40_000m);
        switch (name)
        {
            case "market order waits":
            case "id was used":
                f.Buy(0.1m);
                break;
            case "limit waits in the queue":
                f.Book([(39_990m, 2m)], [(40_010m, 2m)]);
                f.Buy(0.1m, r => r.Limit(39_990m));
                f.Trade(39_990m, 1.5m);
                break;
            case "conditional waits":
                f.Buy(0.1m, r => r.OnRise(40_050m));
                break;
            case "entry carries a stop":
                f.Buy(0.1m, r => r.Limit(39_900m).Stopped(39_500m));
                break;
            case "partial pair grows with its entry":
                f.Book([(39_990m, 1m)], [(40_010m, 1m)]);
                f.Buy(0.3m, r => r.Limit(39_990m).Stopped(39_500m, null, TpslMode.Partial));
                f.Trade(39_990m, 1.1m);
                break;
            case "leverage was set":
                f.Exchange.SetLeverage(Fixture.A, Fixture.Btc, 7m);
                break;
            default:
                Hold(name, f);
                break;
        }
    }

    private static void Hold(string name, Fixture f)
    {
        var isLarge = name == "funding took margin";
        f.Buy(isLarge ? 12m : 0.1m, r => name == "partial pair" ? r.Stopped(39_500m, 41_000m, TpslMode.Partial) : r);
        f.Trade(40_000m);
        f.Stop(s => name switch
        {
            "full stop" => s with { StopLoss = Fixture.P(39_500m) },
            "trail is armed" => s with { TrailingDistance = Fixture.P(100m) },
            "trail waits for its activation" => s with { TrailingDistance = Fixture.P(100m), ActivationPrice = Fixture.P(40_100m) },
            "mark is recorded" => s with { StopLoss = Fixture.P(39_500m), StopLossBy = TriggerBy.Mark },
            _ => s with { TakeProfit = Fixture.P(50_000m) },
        });
        switch (name)
        {
            case "trail is armed" or "trail waits for its activation":
                f.Trade(40_500m);
                break;
            case "mark is recorded":
                f.Mark(40_000m);
                break;
            case "funding took margin":
                f.Exchange.OnFunding(Fixture.Btc, 0.15m, f.Now.Ms);
                break;
        }
    }

    private static void After(string name, Fixture f)
    {
        switch (name)
        {
            case "id was used":
                f.Exchange.Place(Fixture.A, Again, f.Now);
                break;
            case "leverage was set":
                f.Reports.Add(Told(f, f.Exchange.SetLeverage(Fixture.A, Fixture.Btc, 7m)));
                break;
            case "limit waits in the queue" or "partial pair grows with its entry":
                f.Trade(39_990m, 0.7m);
                break;
            case "conditional waits":
                f.Trade(40_060m);
                f.Trade(40_100m);
                break;
            case "trail is armed" or "trail waits for its activation":
                f.Trade(40_450m);
                f.Trade(40_400m);
                f.Trade(40_400m);
                break;
            case "mark is recorded":
                f.Trade(39_400m);
                f.Mark(39_500m);
                f.Trade(40_000m);
                break;
            case "funding took margin":
                f.Trade(37_500m);
                break;
            default:
                f.Trade(name == "market order waits" ? 40_000m : name == "entry carries a stop" ? 39_900m : 39_450m);
                f.Trade(name == "entry carries a stop" ? 39_900m : 39_400m);
                break;
        }
    }

    private static OrderRequest Again => new()
    {
        ClientOrderId = new ClientOrderId("t-1"),
        Symbol = Fixture.Btc,
        Side = Side.Buy,
        Type = OrderType.Market,
        Quantity = Fixture.Q(0.1m),
    };

    private static RefusalReport Told(Fixture f, Refusal refusal) => new()
    {
        Account = Fixture.A,
        At = f.Now,
        Request = RequestKind.Place,
        Symbol = Fixture.Btc,
        ClientOrderId = ClientOrderId.None,
        Code = refusal.Code,
        Text = refusal.Text,
    };

    private static string Words(ExchangeReport report) => report switch
    {
        FillReport { StopOrderType: StopOrderType.Liquidation } => "liquidation",
        FillReport fill => $"fill {fill.Side} {fill.Price}",
        RefusalReport refusal => $"refused {refusal.Code}",
        PositionReport position => $"stop {position.StopLoss}",
        OrderReport { Reason.Length: > 0 } order => $"end {order.Reason}",
        OrderReport { StopOrderType: StopOrderType.PartialStopLoss } order => $"size {order.Quantity}",
        _ => report.GetType().Name,
    };
}
