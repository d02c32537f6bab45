using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>A stop is where the exchange shows it, not where it was sent (architecture §4).</summary>
public sealed class ReadBackTests
{
    private readonly KernelDesk _desk = new(trail: TrailMode.Resting);

    public static TheoryData<decimal?, bool> Shown { get; } = new()
    {
        { null, true },
        { 97m, true },
        { 98m, false },
        { 98.5m, false },
    };

    [Theory]
    [MemberData(nameof(Shown))]
    public void Stop_that_is_missing_or_looser_on_the_exchange_is_asked_for_again(decimal? shown, bool isAsked)
    {
        Open();
        Shows(0.1m, shown);
        Assert.Equal(isAsked ? [98m] : [], _desk.Requests.OfType<SetTradingStop>().Select(s => s.Wanted.StopLoss!.Value.Value));
    }

    [Fact]
    public void Stop_is_not_asked_for_where_the_position_is_gone()
    {
        Open();
        Shows(0m, null);
        Assert.Empty(_desk.Requests);
    }

    [Fact]
    public void Stop_that_was_refused_as_passed_is_asked_for_again_when_its_close_was_refused_too()
    {
        Open();
        _desk.RefusesStop(10001);
        var close = Assert.Single(_desk.Placed).Request;
        var refusal = new RefusalReport
        {
            Account = AccountId.Main,
            At = _desk.Now,
            Request = RequestKind.Place,
            Symbol = close.Symbol,
            ClientOrderId = close.ClientOrderId,
            Code = 10016,
            Text = "",
        };
        _desk.Tell(new Reported([refusal]) { At = _desk.Now });
        _desk.Requests.Clear();
        _desk.Waits(1000);
        Assert.Equal(98m, Assert.Single(_desk.Requests.OfType<SetTradingStop>()).Wanted.StopLoss!.Value.Value);
    }

    private void Open()
    {
        _desk.Price(100m, ("action", "buy"), ("quantity", 0.1), ("stop_loss_percent", 2.0));
        _desk.Fills(_desk.Placed[0].Request, 0.1m, 100m);
        _desk.Requests.Clear();
    }

    private void Shows(decimal size, decimal? stop)
    {
        var position = new PositionReport
        {
            Account = AccountId.Main,
            At = _desk.Now,
            Symbol = Markets.Btc.Symbol,
            Size = Quantity.Of(size),
            AveragePrice = 100m,
            StopLoss = stop is { } price ? new Price(FixedPoint.Units(price)) : null,
        };
        _desk.Tell(new Reported([position]) { At = _desk.Now });
    }
}
