using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>A script may be gone: it cannot keep anything waiting (house rule 17).</summary>
public sealed class OverdueTests
{
    private readonly KernelDesk _desk = new();

    [Fact]
    public void Script_that_does_not_answer_is_parked_and_its_late_answer_is_not_heard()
    {
        _desk.IsSilent = true;
        _desk.Price(100m);
        var call = _desk.Kernel.Lanes[0].InFlight!;
        _desk.Tell(new ScriptOverdue(new StrategyId("test"), call, 10_000) { At = _desk.Now });
        Assert.True(_desk.Kernel.Lanes[0].IsParked);
        Assert.Equal("script_overdue", Assert.Single(_desk.Parked).Fault.Error.Rule);
        _desk.Tell(new ScriptReturned(new StrategyId("test"), call, new ScriptAnswer()) { At = _desk.Now });
        Assert.Null(_desk.Kernel.Lanes[0].InFlight);
    }

    [Fact]
    public void Deadline_of_a_call_that_was_answered_parks_nothing()
    {
        _desk.IsSilent = true;
        _desk.Price(100m);
        var call = _desk.Kernel.Lanes[0].InFlight!;
        _desk.Tell(new ScriptReturned(new StrategyId("test"), call, new ScriptAnswer()) { At = _desk.Now });
        _desk.Tell(new ScriptOverdue(new StrategyId("test"), call, 10_000) { At = _desk.Now });
        Assert.False(_desk.Kernel.Lanes[0].IsParked);
    }
}
