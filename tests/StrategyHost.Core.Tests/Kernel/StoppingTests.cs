using StrategyHost.Core.Kernel;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>The end of a run as strategies see it: on_stop is the last call.</summary>
public sealed class StoppingTests
{
    private readonly KernelDesk _desk = new(change: o => o with
    {
        Strategies =
        [
            o.Strategies[0] with
            {
                Callbacks = ScriptCallbacks.Trade | ScriptCallbacks.Timer | ScriptCallbacks.Stop,
                Settings = new StrategySettings { TimerMs = 100 },
            },
        ],
    })
    {
        IsSilent = true,
    };

    private StrategyLane Lane => _desk.Kernel.Lanes[0];

    [Fact]
    public void Nothing_is_called_after_on_stop()
    {
        _desk.Tell(new Started { At = _desk.Now });
        _desk.Tell(new TimePassed { At = _desk.Now.AddMs(100) });
        Assert.IsType<TimerCall>(Lane.InFlight); // else the rest proves nothing
        _desk.Tell(new Stopping { At = _desk.Now.AddMs(110) });
        Answer(110);
        Assert.IsType<StopCall>(Lane.InFlight);
        _desk.Tell(new TimePassed { At = _desk.Now.AddMs(300) });
        _desk.Price(100m);
        Answer(0);
        Assert.True(Lane.IsIdle);
        _desk.Tell(new TimePassed { At = _desk.Now.AddMs(1000) });
        _desk.Price(101m);
        Assert.True(Lane.IsIdle);
        Assert.True(_desk.Kernel.NextDue > _desk.Now.AddMs(1000)); // no timer keeps the host awake
    }

    [Fact]
    public void Answer_that_comes_after_the_stop_enters_nothing()
    {
        _desk.Price(100m);
        Assert.IsType<TradeRun>(Lane.InFlight);
        _desk.Tell(new Stopping { At = _desk.Now });
        Answer(0, ("action", "buy"), ("quantity", 1), ("stop_loss_percent", 5));
        Assert.Empty(_desk.Requests);
        Assert.Equal(["not_ready"], _desk.Outcomes);
        Assert.IsType<StopCall>(Lane.InFlight);
    }

    private void Answer(long afterMs, params (string Name, object Value)[] signal) => _desk.Tell(
        new ScriptReturned(Lane.Setup.Strategy, Lane.InFlight!, new ScriptAnswer
        {
            Consumed = 1,
            Value = signal.Length > 0 ? KernelDesk.Value(signal) : ScriptValue.Undefined,
        })
        {
            At = _desk.Now.AddMs(afterMs),
        });
}
