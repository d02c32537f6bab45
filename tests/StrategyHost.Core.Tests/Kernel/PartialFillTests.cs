using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>Entries that fill in parts, and reports in unkind orders: the position is never left without its stop.</summary>
public sealed class PartialFillTests
{
    private static (KernelDesk Desk, OrderRequest Entry) Entered(params (string Name, object Value)[] more)
    {
        var desk = new KernelDesk();
        desk.Price(100m, [("action", "buy"), ("quantity", 1), ("type", "limit"), ("price", 99), .. more]);
        return (desk, desk.Placed.Single().Request);
    }

    private static decimal StopOf(KernelDesk desk) => FixedPoint.ToDecimal(desk.Kernel.Main.Plans[0].SentStop);

    [Fact]
    public void Later_part_of_an_entry_does_not_give_the_trail_back()
    {
        var (desk, entry) = Entered(("trail_percent", 2));
        desk.Fills(entry, 0.4m, 99m);
        desk.Price(110m);
        desk.Fills(entry, 0.3m, 99m);

        Assert.Equal(107.8m, FixedPoint.ToDecimal(desk.Kernel.Main.Plans[0].Stop.Stop));
    }

    [Fact]
    public void Later_part_does_not_ask_again_for_the_stop_that_stands()
    {
        var (desk, entry) = Entered(("stop_loss_percent", 2));
        desk.Fills(entry, 0.4m, 98.5m);
        var asked = Assert.Single(desk.Requests.OfType<SetTradingStop>());
        Assert.Equal(96.6m, asked.Wanted.StopLoss!.Value.Value);
        desk.Fills(entry, 0.3m, 98.5m);

        Assert.Empty(desk.Requests);
    }

    [Fact]
    public void Stop_that_is_refused_as_not_modified_stands()
    {
        var (desk, entry) = Entered(("stop_loss_percent", 2));
        desk.Fills(entry, 0.4m, 98.5m);
        desk.RefusesStop(34040);

        Assert.Empty(desk.Requests);
        Assert.Equal(96.6m, StopOf(desk));
    }

    [Theory]
    [InlineData(110059)]
    [InlineData(110001)]
    public void Stop_is_asserted_again_when_an_entry_filled_before_its_own_was_moved(int code)
    {
        var (desk, entry) = Entered(("stop_loss", 95));
        desk.Fills(entry, 1m, 99m);
        desk.Price(100m, ("action", "buy"), ("quantity", 1), ("type", "limit"), ("price", 99), ("stop_loss", 95), ("scale_in", true));
        var second = desk.Placed.Single().Request;
        desk.Price(100m, ("action", "hold"), ("stop_loss", 97));
        Assert.Equal(97m, desk.Requests.OfType<AmendOrder>().Single().Amendment.StopLoss!.Value.Value);
        desk.Fills(second, 0.5m, 99m);
        desk.RefusesAmendment(second, code);

        Assert.Equal(97m, desk.Requests.OfType<SetTradingStop>().Single().Wanted.StopLoss!.Value.Value);
    }

    [Fact]
    public void Order_report_before_its_fills_does_not_end_the_plan()
    {
        var (desk, entry) = Entered(("stop_loss", 95));
        desk.Says(entry, OrderStatus.Filled, 1m);
        Assert.Single(desk.Kernel.Main.Plans);
        desk.Fills(entry, 1m, 99m);

        Assert.Equal(Quantity.Of(1m), desk.Kernel.Main.Plans.Single().Size);
    }

    [Fact]
    public void Target_that_a_hold_took_away_may_still_fill()
    {
        var (desk, entry) = Entered(("stop_loss", 95), ("take_profit", 103));
        desk.Fills(entry, 1m, 99m);
        var target = desk.Placed.Single().Request;
        desk.Price(100m, ("action", "hold"), ("take_profit_percent", 9));
        desk.Fills(target, 0.5m, 103m);

        Assert.Equal(Quantity.Of(0.5m), desk.Kernel.Main.Plans[0].Size);
    }

    [Fact]
    public void Late_reports_of_an_earlier_state_change_nothing()
    {
        var (desk, entry) = Entered(("stop_loss", 95));
        desk.Fills(entry, 0.5m, 99m);
        desk.Says(entry, OrderStatus.PartiallyFilled, 0.5m);
        desk.Says(entry, OrderStatus.New, 0m);

        var plan = desk.Kernel.Main.Plans[0];
        Assert.Equal((Quantity.Of(0.5m), OrderStatus.PartiallyFilled), (plan.Size, plan.Entries[0].Order.Status));
    }

    [Fact]
    public void Fill_after_the_cancel_was_confirmed_is_protected_too()
    {
        var (desk, entry) = Entered(("stop_loss", 95));
        desk.Fills(entry, 0.5m, 99m);
        desk.Says(entry, OrderStatus.Cancelled, 0.8m);
        desk.Fills(entry, 0.3m, 99m);

        Assert.Equal((Quantity.Of(0.8m), 95m), (desk.Kernel.Main.Plans[0].Size, StopOf(desk)));
    }
}
