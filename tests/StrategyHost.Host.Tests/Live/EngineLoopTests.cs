using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Live;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Tests.Live;

/// <summary>What the loop's thread survives, and how its time goes.</summary>
public sealed class EngineLoopTests : IAsyncDisposable
{
    private readonly ShiftedTime _time = new();
    private readonly CountingSink _sink = new();
    private readonly EngineLoop _loop;

    public EngineLoopTests()
    {
        var kernel = new EngineKernel(new EngineOptions
        {
            Main = new AccountSetup { Account = AccountId.Main, StartBalance = 1000m },
            Strategies = [],
            Instruments = [],
        });
        _loop = new EngineLoop(kernel, _sink, new LiveMarket([]), new LinkBoard([AccountId.Main], Serilog.Core.Logger.None), _time);
        _loop.Start();
    }

    [Fact]
    public async Task Question_that_fails_is_the_askers_problem_and_the_loop_goes_on()
    {
        await Assert.ThrowsAsync<DivideByZeroException>(() => _loop.AskAsync<int>((_, _) => throw new DivideByZeroException()));
        Assert.Equal(7, await _loop.AskAsync((_, _) => 7));
    }

    [Fact]
    public async Task Time_goes_on_slowly_while_the_clock_is_set_back_and_takes_it_up_when_it_has_caught_up()
    {
        var before = await At();
        _time.Clock -= TimeSpan.FromHours(1);
        Assert.Equal(before, await At());
        _time.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(before.AddMs(5 * 60_000), await At());
        _time.Pass(TimeSpan.FromMinutes(110));
        Assert.Equal(before.AddMs(60 * 60_000), await At());
        _time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(before.AddMs(61 * 60_000), await At());
    }

    [Fact]
    public void Account_is_not_connected_before_its_links_have_come_up()
    {
        var board = new LinkBoard([AccountId.Main], Serilog.Core.Logger.None);
        Assert.False(board.IsConnected(AccountId.Main));
        board.Take(new LinkNews(Link.Public, null, LinkState.Up, default, ""));
        Assert.False(board.IsConnected(AccountId.Main));
        board.Take(new LinkNews(Link.Private, AccountId.Main, LinkState.Up, default, ""));
        Assert.True(board.IsConnected(AccountId.Main));
    }

    [Fact]
    public async Task Inbox_of_a_stuck_engine_is_bounded_and_reports_of_accounts_are_not_lost()
    {
        const int Reports = 1_000;
        using var stuck = new ManualResetEventSlim();
        var question = _loop.AskAsync((_, _) => stuck.Wait(TimeSpan.FromSeconds(150)));
        var btc = new Symbol("BTCUSDT");
        for (var i = 0; i < MarketBacklog.Max + 50_000; i++)
        {
            _loop.OnMarket(new TradesNews(new TradeBlock(btc, [], [], [], [])) { Symbol = btc, At = new Timestamp(i) });
        }

        for (var i = 0; i < Reports; i++)
        {
            _loop.OnReports(AccountId.Main, [new WalletReport { Account = AccountId.Main, At = new Timestamp(i), Balance = i }]);
        }

        Assert.InRange(_loop.Waiting, MarketBacklog.Max, MarketBacklog.Max + Reports + 10);
        stuck.Set();
        Assert.True(await question);
        await At();
        Assert.Equal(Reports, _sink.Reports);
    }

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private Task<Timestamp> At() => _loop.AskAsync((_, at) => at);

    private sealed class CountingSink : IEffectSink
    {
        public int Reports { get; private set; }

        public void Take(EngineInput input, JournalStamp stamp) => Reports += input is Reported ? 1 : 0;

        public void Do(Effect effect, JournalStamp stamp)
        {
        }
    }

    private sealed class ShiftedTime : TimeProvider
    {
        private long _ticks;

        public DateTimeOffset Clock { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan by)
        {
            Clock += by;
            _ticks += by.Ticks;
        }

        public override DateTimeOffset GetUtcNow() => Clock;

        public override long GetTimestamp() => _ticks;
    }
}
