using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Core.Strategies;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>Hears of everything that one life of the host takes and does.</summary>
internal interface IHostWatch
{
    void Stepped(EngineInput input, long nowMs);

    void Wanted(Effect effect, long nowMs);
}

/// <summary>
/// One life of the host: the kernel, its loop (as <c>EngineLoop</c>, without its thread), the ways out and the scripts. When the process
/// dies nothing of it happens any more.
/// </summary>
internal sealed class SimHost : IExchangeListener
{
    private readonly WorldOptions _options;
    private readonly VirtualTime _time;
    private readonly FaultPlan _faults;
    private readonly IHostWatch _watch;
    private readonly EffectList _effects = new();
    private readonly Queue<Func<Timestamp, IEnumerable<EngineInput>>> _inbox = [];
    private readonly Dictionary<StrategyId, (IScriptedStrategy Script, Dice Dice)> _scripts;
    private readonly Dictionary<StrategyId, int> _heard = [];
    private (long Stamp, Timestamp At)? _ahead;
    private Timestamp _at;
    private Timestamp _armed = Timestamp.MaxValue;
    private int _arming;
    private bool _isStepping;
    private long _stalledUntil;

    public SimHost(WorldOptions options, EngineOptions engine, VirtualTime time, FaultPlan faults, (IHostWatch Watch, int Life) of)
    {
        (_options, _time, _faults, _watch) = (options, time, faults, of.Watch);
        Engine = options.Seams.Engine(engine);
        _scripts = [];
        for (var i = 0; i < engine.Strategies.Count; i++)
        {
            _scripts.Add(engine.Strategies[i].Strategy, (
                options.Script?.Invoke(i) ?? new RandomStrategy(options, i, of.Life), Dice.Of(options.Seed, $"thinking/{i}/{of.Life}")));
        }
    }

    public IEngine Engine { get; }
    public EngineKernel Kernel => Engine.Kernel;
    public Dictionary<AccountId, IWayOut> Ways { get; } = [];
    public Dictionary<AccountId, IDisk> Disks { get; init; } = [];
    public long Steps { get; private set; }
    public bool IsDead { get; private set; }

    /// <summary>Strategies want nothing any more.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>The process stands still: nothing is taken, and nothing can be done.</summary>
    public bool IsStalled => _time.NowMs <= _stalledUntil && _stalledUntil > 0;

    /// <summary>Nothing waits to be stepped.</summary>
    public bool IsIdle => _inbox.Count == 0;

    /// <summary>Called at every boundary between effects; true: the process has died there.</summary>
    public Func<string, bool> Boundary { get; init; } = _ => false;

    /// <summary>Hears of each whole picture of an account after it was stepped.</summary>
    public Action<AccountId>? Shown { get; set; }

    public void Die()
    {
        IsDead = true;
        foreach (var way in Ways.Values)
        {
            way.Dispose();
        }
    }

    public void Post(Func<Timestamp, EngineInput> input) => Post(at => [input(at)]);

    public void Post(Func<Timestamp, IEnumerable<EngineInput>> inputs)
    {
        if (IsDead)
        {
            return;
        }

        _inbox.Enqueue(inputs);
        if (_time.NowMs >= _stalledUntil && _faults.Hits(FaultKind.HostStall, "host"))
        {
            _stalledUntil = _time.NowMs + 200 + (_time.NowMs % 2000);
            _time.At(_stalledUntil, Rank.Due, Drain);
        }

        Drain();
    }

    public void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports) => Post(at => new Reported(reports) { At = at });

    public void OnSnapshot(AccountSnapshot snapshot) => Post(at =>
         new AccountShown(snapshot.Account, snapshot.WalletBalance, snapshot.Positions, snapshot.OpenOrders) { At = at });

    public void OnMarket(MarketNews news) => throw new NotSupportedException("the world feeds the market itself");

    public void OnLink(LinkNews news) => Post(at =>
        new ReadinessChanged(news.Account, null, news.Link.ToString(), news.State == LinkState.Up, $"the {news.Link} link: {news.Why}")
        {
            At = at,
        });

    private void Drain()
    {
        if (_isStepping || IsDead || _time.NowMs < _stalledUntil)
        {
            return;
        }

        _isStepping = true;
        while (!IsDead && _inbox.TryDequeue(out var make))
        {
            Take(make);
        }

        _isStepping = false;
    }

    private void Take(Func<Timestamp, IEnumerable<EngineInput>> make)
    {
        _at = Now();
        foreach (var input in make(_at))
        {
            Step(input);
            if (IsDead)
            {
                return;
            }
        }

        if (Engine.NextDue <= _at)
        {
            Step(new TimePassed { At = _at });
        }

        Arm();
    }

    // As EngineLoop: a clock that was set back makes the engine's time go at half speed.
    private Timestamp Now()
    {
        var now = new Timestamp(_time.GetUtcNow().ToUnixTimeMilliseconds());
        if (now >= _at)
        {
            _ahead = null;
            return now;
        }

        var (stamp, at) = _ahead ??= (_time.GetTimestamp(), _at);
        var slow = at.AddMs((_time.GetTimestamp() - stamp) / 2);
        return slow > _at ? slow : _at;
    }

    private void Step(EngineInput input)
    {
        var stamp = new JournalStamp(++Steps, 0, input.At);
        Record(input, stamp);
        _watch.Stepped(input, _time.NowMs);
        Engine.Step(input, _effects);
        if (input is AccountShown { Account: var shown })
        {
            Shown?.Invoke(shown);
        }

        for (var part = JournalCodec.PartsOf(input); _effects.TryTake(out var effect); part++)
        {
            if (Boundary("effect"))
            {
                return;
            }

            Do(effect!, stamp with { Part = part }); // TryTake said that there is one
            if (IsDead)
            {
                return;
            }
        }
    }

    private void Record(EngineInput input, JournalStamp stamp)
    {
        if (input is Reported { Reports: var reports })
        {
            for (var i = 0; i < reports.Count; i++)
            {
                Disks[reports[i].Account].Append(stamp with { Part = i }, reports[i]);
            }
        }
        else if (input is AccountShown shown)
        {
            Disks[shown.Account].Append(stamp, shown);
        }
    }

    private void Do(Effect effect, JournalStamp stamp)
    {
        _watch.Wanted(effect, _time.NowMs);
        switch (effect)
        {
            case CallScript call:
                Call(call);
                break;
            case ReadAccount read:
                Ways[read.Account].AskSnapshot();
                break;
            case SaveEffect save:
                Disks[save.Account].Append(stamp, save);
                break;
            case Alert alert:
                Disks[alert.Account].Append(stamp, alert);
                break;
            case OrderClosed closed:
                Disks[closed.Order.Account].Append(stamp, closed);
                break;
            case TradeClosed closed:
                Disks[closed.Trade.Account].Append(stamp, closed);
                break;
            case AccountEffect request:
                Ways[request.Account].Send(request, stamp);
                break;
        }
    }

    private void Call(CallScript call)
    {
        var (script, dice) = _scripts[call.Strategy];
        var value = ScriptValue.Undefined;
        if (call.Call is TradeRun run && !IsQuiet)
        {
            var trade = _heard[call.Strategy] = _heard.GetValueOrDefault(call.Strategy) + 1;
            value = RandomStrategy.Answer(script.At(trade, FixedPoint.ToDecimal(run.Block.Price[run.From])));
        }

        var wait = dice.Int(0, 3) == 0 ? dice.Int(1, 30) : 0;
        wait += _faults.Hits(FaultKind.ScriptSlow, call.Strategy.Name) ? dice.Int(100, 6000) : 0;
        _time.After(wait, Rank.Main, () => Post(at => new ScriptReturned(call.Strategy, call.Call, new ScriptAnswer { Value = value })
        {
            At = at,
        }));
    }

    private void Arm()
    {
        var due = Engine.NextDue;
        if (due == _armed || due == Timestamp.MaxValue)
        {
            return;
        }

        _armed = due;
        var arming = ++_arming;
        _time.After(Math.Clamp(due.Ms - _at.Ms, 1, 60_000), Rank.Due, () =>
        {
            if (arming == _arming && !IsDead)
            {
                _armed = Timestamp.MaxValue;
                Post(_ => Array.Empty<EngineInput>());
            }
        });
    }
}
