using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>Repeated executions are known again for as long as the bounds say, and the memory of them ends there (rule 16).</summary>
public sealed class SeenExecutionsTests
{
    private const int ForeignMax = 4096;
    private const int EndedOrdersMax = 1000;

    private static readonly OrderRequest Foreign = new()
    {
        ClientOrderId = ClientOrderId.None,
        Symbol = Markets.Btc.Symbol,
        Side = Side.Buy,
        Type = OrderType.Market,
        Quantity = Quantity.Of(1m),
    };

    [Fact]
    public void Latest_foreign_executions_are_known_again_and_the_oldest_is_forgotten()
    {
        var seen = new SeenExecutions();
        foreach (var i in Enumerable.Range(0, ForeignMax))
        {
            Assert.True(seen.IsNew(new ExecutionId($"f{i}")));
        }

        Assert.All(Enumerable.Range(0, ForeignMax), i => Assert.False(seen.IsNew(new ExecutionId($"f{i}"))));
        Assert.True(seen.IsNew(new ExecutionId("one more")));
        Assert.False(seen.IsNew(new ExecutionId("f1")));
        Assert.True(seen.IsNew(new ExecutionId("f0")));
    }

    [Fact]
    public void Foreign_execution_that_comes_twice_is_booked_once()
    {
        var desk = new KernelDesk();
        desk.Fills(Foreign, 1m, 100m, "f");
        desk.Fills(Foreign, 1m, 100m, "f");

        Assert.Equal(1m, desk.Kernel.Main.Books.Fees);
    }

    [Theory]
    [InlineData(EndedOrdersMax - 1, 0)]
    [InlineData(EndedOrdersMax, 1)]
    public void Execution_of_an_ended_order_is_known_until_a_thousand_more_have_ended(int more, int bookedAgain)
    {
        var desk = new KernelDesk();
        var first = Entered(desk);
        desk.Fills(first, 1m, 100m, "mine");
        desk.Price(100m, ("action", "close"));
        desk.Fills(desk.Placed[0].Request, 1m, 100m);
        for (var i = 1; i < more; i++) // the close was one of them
        {
            desk.Says(Entered(desk), OrderStatus.Cancelled, 0m);
        }

        var before = desk.Kernel.Main.Books.Fees;
        desk.Fills(first, 1m, 100m, "mine");

        Assert.Equal(bookedAgain, desk.Kernel.Main.Books.Fees - before);
    }

    private static OrderRequest Entered(KernelDesk desk)
    {
        desk.Price(100m, ("action", "buy"), ("quantity", 1), ("stop_loss", 95), ("type", "limit"), ("price", 99));
        return desk.Placed[^1].Request;
    }
}
