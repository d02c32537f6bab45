using System.Collections.Concurrent;
using StrategyHost.Host.Alerts;
using StrategyHost.Host.Tests.Live;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Alerts;

/// <summary>When the heartbeat beats, and when what is wrong is said.</summary>
public sealed class HealthWatchTests : IAsyncLifetime
{
    private static readonly HealthProblem Uncovered = new("main", "uncovered", "BTCUSDT", "it has no stop");
    private static readonly HealthProblem Cut = new("main", "not_connected", null, "Private link Down");
    private static readonly HealthProblem Stuck = new("host", "engine_stuck", null, "no answer");
    private readonly ManualTime _time = new();
    private readonly LogLines _log = new();
    private readonly ConcurrentQueue<AlertNotice> _said = new();
    private volatile HealthProblem[] _problems = [];
    private volatile bool _isBroken;
    private int _looks;
    private AlertStub _stub = null!; // by InitializeAsync

    public async Task InitializeAsync() => _stub = await AlertStub.StartAsync();

    public async Task DisposeAsync() => await _stub.DisposeAsync();

    private HealthWatch Start(bool saysUncovered = true) => new(
        new HealthParts(LookAsync, _said.Enqueue, new Uri(_stub.Address, "beat"), 10) { SaysUncovered = saysUncovered }, _log.Logger, _time);

    private Task<IReadOnlyList<HealthProblem>> LookAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _looks);
        if (_isBroken)
        {
            throw new NotSupportedException();
        }

        return Task.FromResult<IReadOnlyList<HealthProblem>>(_problems);
    }

    [Fact]
    public async Task Heartbeat_beats_in_its_time_while_all_is_well()
    {
        await using var watch = Start();
        await _time.PassUntilAsync(() => _stub.Beats == 3);
        Assert.InRange(Seconds, 20, 200); // a slow machine lets more pass while it answers
        Assert.Empty(_said);
    }

    [Theory]
    [InlineData("uncovered")]
    [InlineData("not_connected")]
    [InlineData("engine_stuck")]
    public async Task Heartbeat_is_silent_while_anything_is_wrong_and_goes_on_at_once_after_it(string code)
    {
        _problems = [new[] { Uncovered, Cut, Stuck }.Single(p => p.Code == code)];
        await using var watch = Start();
        await _time.PassUntilAsync(() => Volatile.Read(ref _looks) > 5);
        Assert.Equal(0, _stub.Beats);
        _problems = [];
        var since = Seconds;
        await _time.PassUntilAsync(() => _stub.Beats == 1);
        Assert.InRange(Seconds - since, 0, 60);
    }

    [Fact]
    public async Task What_stays_wrong_is_said_once_and_so_is_its_end()
    {
        _problems = [Uncovered];
        await using var watch = Start();
        await _time.PassUntilAsync(() => !_said.IsEmpty);
        Assert.InRange(Seconds, 10, 60);
        var notice = _said.Single();
        Assert.Equal(("main", "uncovered", "BTCUSDT", true), (notice.Account, notice.Code, notice.Symbol, notice.AtRisk));
        await PassLooksAsync(5);
        Assert.Single(_said);
        _problems = [Cut]; // nobody can tell whether it is covered
        await PassLooksAsync(3);
        Assert.Single(_said);
        _problems = [];
        await _time.PassUntilAsync(() => _said.Count == 2);
        Assert.Equal(("uncovered_over", false), (_said.Last().Code, _said.Last().AtRisk));
    }

    [Fact]
    public async Task Look_that_fails_by_a_bug_is_said_silences_the_heartbeat_and_the_watch_goes_on()
    {
        _isBroken = true;
        await using var watch = Start();
        await _time.PassUntilAsync(() => !_said.IsEmpty);
        Assert.Equal(("not_watched", true), (_said.Single().Code, _said.Single().AtRisk));
        Assert.Equal(0, _stub.Beats);
        _isBroken = false;
        await _time.PassUntilAsync(() => _stub.Beats > 0 && _said.Count == 2);
        Assert.Equal("not_watched_over", _said.Last().Code);
    }

    [Fact]
    public async Task What_heals_by_itself_is_not_said()
    {
        _problems = [Uncovered, Cut];
        await using var watch = Start();
        await PassLooksAsync(1);
        _problems = [Cut];
        await PassLooksAsync(6);
        _problems = [];
        await PassLooksAsync(3);
        Assert.Empty(_said);
    }

    [Fact]
    public async Task Uncovered_positions_are_not_said_where_that_is_switched_off_and_still_stop_the_heartbeat()
    {
        _problems = [Uncovered];
        await using var watch = Start(saysUncovered: false);
        await PassLooksAsync(5);
        Assert.Empty(_said);
        Assert.Equal(0, _stub.Beats);
    }

    private double Seconds => (_time.GetUtcNow().ToUnixTimeMilliseconds() - ManualTime.StartMs) / 1000.0;

    private Task PassLooksAsync(int looks)
    {
        var until = Volatile.Read(ref _looks) + looks;
        return _time.PassUntilAsync(() => Volatile.Read(ref _looks) >= until);
    }
}
