using System.Diagnostics;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// The engine as a function: <c>Step(input) → effects</c>. Backtest, paper and live differ only in who supplies the inputs and who executes
/// the effects (architecture §1). Not thread-safe: one loop owns it.
/// 1. At never decreases. 2. The same inputs give the same effects. 3. Nothing flows from the mirror to main.
/// </summary>
public sealed class EngineKernel
{
    private readonly SignalDesk _signals;
    private readonly QuietDesk _quiet;
    private readonly Readiness _readiness = new();
    private readonly MirrorGate _gate;
    private readonly MirrorSync? _sync;
    private readonly EngineSaves _saves;
    private readonly MarketMoves _moves;
    private readonly VersionDesk _versions;
    private readonly AccountKernel[] _accounts; // the lists below as arrays: enumerated several times an event
    private readonly StrategyLane[] _lanes;
    private Timestamp _at;

    public EngineKernel(EngineOptions options)
    {
        if (options.Strategies.GroupBy(s => s.Strategy).FirstOrDefault(g => g.Count() > 1) is { Key: var twice })
        {
            throw new ArgumentException($"two strategies are called {twice}: their orders and answers could not be told apart");
        }

        var setups = new CurrentSetups(options.Strategies);
        options = options with { Strategies = setups };
        Market = new MarketBoard(options.Instruments);
        Main = new AccountKernel(options.Main, options, Market);
        Mirror = options.Mirror is null ? null : new AccountKernel(options.Mirror, options, Market);
        _accounts = Mirror is null ? [Main] : [Main, Mirror];
        _lanes = [.. options.Strategies.Select((s, i) => new StrategyLane(s, i, Leading(s)))];
        _gate = new MirrorGate(Mirror);
        _signals = new SignalDesk(options, Market, Main, Mirror, _readiness, _gate);
        _sync = Mirror is null ? null : new MirrorSync(options.MirrorSettings, _signals.Mirror, Main, Mirror);
        _saves = new EngineSaves(options, _accounts, new EngineView(Main, _signals, _gate, _lanes));
        _readiness.Guard(_accounts, _gate);
        _quiet = new QuietDesk(options.TrailMode, _lanes, _accounts, _sync);
        _moves = new MarketMoves(Market, _accounts, _sync);
        _versions = new VersionDesk(Market, _lanes, setups);
    }

    public MarketBoard Market { get; }
    public AccountKernel Main { get; }
    public AccountKernel? Mirror { get; }
    public IReadOnlyList<AccountKernel> Accounts => _accounts;
    public IReadOnlyList<StrategyLane> Lanes => _lanes;

    /// <summary>How the mirror stands to main; null without one.</summary>
    public MirrorView? MirrorView => Mirror is null ? null : MirrorMeter.Look(Main, Mirror, _signals.Mirror, _gate);

    /// <summary>Entries that ran out of time before they were done.</summary>
    public long Expired { get; private set; }

    /// <summary>The next moment at which <see cref="TimePassed"/> has something to do.</summary>
    public Timestamp NextDue
    {
        get
        {
            var due = _signals.NextDue;
            foreach (var account in _accounts)
            {
                due = Min(due, account.NextDue);
            }

            foreach (var lane in _lanes)
            {
                due = lane.NextTimer is { } timer ? Min(due, timer) : due;
            }

            return due;
        }
    }

    /// <summary>The state as a value, between two steps.</summary>
    public SavedEngine Save() => _saves.Save();

    /// <summary>Takes up a saved state, before the first input; gives back what could not be taken up.</summary>
    public IReadOnlyList<NotRestored> Restore(SavedEngine saved) => _saves.Restore(saved);

    public void Step(EngineInput input, EffectList effects)
    {
        Debug.Assert(input.At >= _at, "time never decreases");
        _at = input.At;
        Do(input, _saves.Begin(effects));
        _saves.End(input, effects);
    }

    private void Do(EngineInput input, EffectList effects)
    {
        switch (input)
        {
            case KlinesClosed klines:
                Klines(klines, effects);
                break;
            case KlineChanged kline:
                Update(kline, effects);
                break;
            case TradesPrinted trades:
                Trades(trades, effects);
                break;
            case ScriptReturned returned:
                Returned(returned, effects);
                break;
            case ScriptOverdue overdue:
                Array.Find(_lanes, l => ReferenceEquals(l.InFlight, overdue.Call))?.Overdue(overdue, effects);
                break;
            case Reported reported:
                Reports(reported, effects);
                break;
            case BookChanged book:
                Book(book, effects);
                break;
            case MarkChanged mark:
                Market[mark.Symbol].Take(mark);
                Array.ForEach(_accounts, a => a.Losses.Look(_at, effects));
                break;
            case TimePassed:
                PassTime(effects);
                break;
            case Started:
                Start(effects);
                break;
            case Stopping stopping:
                Stop(stopping, effects);
                break;
            case ReadinessChanged change:
                _readiness.Take(change, _accounts);
                Array.Find(_accounts, a => change.IsReady && a.Account == change.Account)?.Audit?.AskAnew(_at, effects);
                break;
            case AccountShown shown:
                Show(shown, effects);
                break;
            case OperatorAsked asked:
                Array.Find(_accounts, a => a.Account == asked.Account)?.Operator.Take(asked, effects);
                break;
            case MirrorSwitched switched:
                _signals.Switch(switched, effects);
                break;
            case VersionInput version:
                _versions.Take(version, effects);
                break;
            case not StrategyStateSaved: // that one is for the journal alone
                throw new UnreachableException(input.ToString());
        }

        TrancheMerge.Follow(Main, Mirror, _at, effects);
        Tidy(effects);
        foreach (var account in _accounts)
        {
            account.Watch?.Look(_at, effects);
        }
    }

    /// <summary>
    /// How many of the candles ahead can be one quiet run for this block's series; 0: feed them one by one. Changes nothing.
    /// </summary>
    public int QuietKlines(KlineBlock block, int from, int to, QuietBounds bounds) =>
        _quiet.Begin(block.Symbol, ScriptCallbacks.Kline) ? _quiet.Scan.Klines(block, from, to, bounds, NextDue.Ms) : 0;

    /// <summary>As <see cref="QuietKlines"/>, for trades.</summary>
    public int QuietTrades(TradeBlock block, int from, int to, QuietBounds bounds) =>
        _quiet.Begin(block.Symbol, ScriptCallbacks.Trade) ? _quiet.Scan.Trades(block, from, to, bounds, NextDue.Ms) : 0;

    /// <summary>A run of this series is given to a script, which then says how many rows it took.</summary>
    public bool IsHeard(KlineBlock block) => _quiet.IsHeard(block);

    /// <summary>As <see cref="IsHeard(KlineBlock)"/>, for trades.</summary>
    public bool IsHeard(TradeBlock block) => _quiet.IsHeard(block);

    private void Klines(KlinesClosed input, EffectList effects)
    {
        if (!input.Warming && input.Series is [{ Drives: true } run] && run.To - run.From > 1)
        {
            KlineRun(run, effects);
            return;
        }

        var keepsFirst = input.Series.Count > 1;
        foreach (var series in input.Series)
        {
            if (series.Drives && !input.Warming)
            {
                _moves.Advance(series.Block, series.From, series.To, _at, effects);
            }
            else
            {
                Market[series.Block.Symbol].Remember(series.Block, series.From, series.To);
            }
        }

        foreach (var lane in _lanes)
        {
            if (keepsFirst)
            {
                // All candles that close at this instant are in history before the first is delivered (contracts §2).
                lane.Feed(input, null, effects);
            }

            lane.Feed(input, keepsFirst, effects);
        }
    }

    private void Update(KlineChanged input, EffectList effects)
    {
        foreach (var lane in _lanes)
        {
            if (lane.FollowsUpdates(input.Symbol, input.Interval))
            {
                lane.Call(new KlineUpdateCall(input.Symbol, input.Interval, input.Kline) { At = input.At }, effects);
            }
        }
    }

    private void KlineRun(KlineRange run, EffectList effects)
    {
        var block = run.Block;
        foreach (var lane in _lanes)
        {
            if (!lane.IsParked && lane.Trades(block.Symbol) && lane.Keeps(block.Interval))
            {
                lane.Call(new KlineRun(block, run.From, run.To)
                {
                    At = new Timestamp(block.Start[run.From] + block.Interval.Ms),
                    Stops = lane.Delivers(block.Interval) ? _quiet.Scan.Stops : null,
                    Callback = lane.Delivers(block.Interval),
                }, effects);
                return; // the rows become the market when the script says how many it took
            }
        }

        _moves.Advance(block, run.From, run.To, _at, effects);
    }

    private void Trades(TradesPrinted input, EffectList effects)
    {
        var block = input.Block;
        var isRun = input.To - input.From > 1;
        if (!isRun)
        {
            _moves.Advance(block, input.From, input.To, _at, effects);
        }

        foreach (var lane in _lanes)
        {
            if (lane.Trades(block.Symbol) && lane.Has(ScriptCallbacks.Trade))
            {
                lane.Call(new TradeRun(block, input.From, input.To)
                {
                    At = new Timestamp(block.Time[input.From]),
                    Stops = isRun ? _quiet.Scan.Stops : null,
                }, effects);
                if (isRun)
                {
                    return;
                }
            }

            if (lane.Trades(block.Symbol) && lane.Has(ScriptCallbacks.Ticker))
            {
                lane.Call(new TickerCall(block.Symbol, double.NaN, double.NaN, double.NaN) { At = input.At }, effects);
            }
        }

        if (isRun)
        {
            _moves.Advance(block, input.From, input.To, _at, effects);
        }
    }

    private void Returned(ScriptReturned input, EffectList effects)
    {
        var lane = Array.Find(_lanes, l => l.Setup.Strategy == input.Strategy)!; // only its own lane calls a script
        if (lane.InFlight is null)
        {
            return; // it was overdue; nobody waits for the answer any more
        }

        var answer = input.Answer;
        lane.Returned();
        foreach (var log in answer.Logs)
        {
            effects.Add(new ScriptLogged(input.Strategy, ScriptNews.TimeOf(input, log.Row), log.Text));
        }

        var warming = false;
        switch (input.Call)
        {
            case KlineRun run:
                warming = run.Warming;
                if (run.To - run.From > 1 && !warming)
                {
                    _moves.Advance(run.Block, run.From, run.From + answer.Consumed, _at, effects);
                }

                break;
            case TradeRun run when run.To - run.From > 1:
                _moves.Advance(run.Block, run.From, run.From + answer.Consumed, _at, effects);
                break;
        }

        if (answer.Fault is { } fault)
        {
            lane.Fail(fault, input.At, effects);
            return;
        }

        if (warming)
        {
            Warm((KlineRun)input.Call, lane, answer);
        }
        else if (input.Call is not (StartCall or StopCall) && !answer.Value.IsNothing)
        {
            lane.EventAt = ScriptNews.EventOf(input);
            _signals.Decide(lane, answer.Value, ScriptNews.SymbolOf(input.Call, lane), input.At, effects);
        }

        lane.Dispatch(effects);
    }

    /// <summary>A warm-up goes on past its signals: they are dropped and counted.</summary>
    private void Warm(KlineRun run, StrategyLane lane, ScriptAnswer answer)
    {
        DroppedWarming += answer.Value.IsNothing ? 0 : 1;
        var next = run.From + answer.Consumed;
        if (next < run.To)
        {
            lane.GoOn(run with { From = next, At = new Timestamp(run.Block.Start[next] + run.Block.Interval.Ms) });
        }
    }

    /// <summary>Signals that came during the warm-up and were dropped.</summary>
    public long DroppedWarming { get; private set; }

    private void Reports(Reported input, EffectList effects)
    {
        foreach (var account in _accounts)
        {
            account.Foreign.Forget(input.Reports);
            if (account.Apply(input.Reports, input.At, effects))
            {
                Tell(account, effects);
                account.Foreign.Look(input.Reports, effects);
            }
        }

        _gate.Look(input.Reports, effects);
        _sync?.Look(hasMoved: false, _at, effects);
        _signals.Resume(_at, effects);
    }

    private void Show(AccountShown shown, EffectList effects)
    {
        var account = Array.Find(_accounts, a => a.Account == shown.Account)!; // only accounts of this kernel are read
        account.Show(shown, effects);
        Tell(account, effects);
        _signals.Resume(_at, effects);
    }

    /// <summary>What ended here and not on the exchange, an order that was still held, is told as well.</summary>
    private void Tidy(EffectList effects)
    {
        foreach (var account in _accounts)
        {
            if (account.News.Count > 0)
            {
                account.SettleTouched(_at, effects);
                Tell(account, effects);
                _signals.Resume(_at, effects);
            }
        }
    }

    /// <summary>Passes an account's news to its strategies and keeps the mirror's entries in step with main's.</summary>
    private void Tell(AccountKernel account, EffectList effects)
    {
        foreach (var (order, fill) in account.News)
        {
            if (account == Main)
            {
                _sync?.Main(order, fill, _at, effects);
            }
            else
            {
                _sync?.Mirror(order, fill, _at, effects);
            }

            var lane = _lanes[order.Plan.StrategyIndex];
            if (lane.Leading != account)
            {
                continue;
            }

            Expired += fill is null
                && order is { Role: OrderRole.Entry, HasExpired: true, Order.Status: OrderStatus.Cancelled or OrderStatus.Deactivated }
                ? 1 : 0;
            lane.Tell(order, fill, _at, effects);
        }

        account.News.Clear();
    }

    private void Book(BookChanged input, EffectList effects)
    {
        _moves.Advance(input, effects);
        foreach (var lane in Lanes.Where(l => l.Trades(input.Symbol)))
        {
            lane.Show(input, effects);
        }
    }

    private void PassTime(EffectList effects)
    {
        foreach (var account in _accounts)
        {
            account.PassTime(_at, effects);
        }

        _signals.PassTime(_at, effects);
        foreach (var lane in Lanes.Where(l => l.NextTimer <= _at))
        {
            lane.ArmTimer(lane.NextTimer!.Value); // it was just compared
            lane.Call(new TimerCall { At = _at }, effects);
        }
    }

    private void Start(EffectList effects)
    {
        foreach (var lane in _lanes)
        {
            lane.Start(_at, effects);
        }

        _signals.TellMissed(_lanes, _at, effects);
    }

    private void Stop(Stopping stopping, EffectList effects)
    {
        foreach (var account in _accounts)
        {
            account.DropHeld(effects);
            if (!stopping.KeepsEntries)
            {
                OrderLinks.CancelAllEntries(account, effects);
            }
        }

        if (!stopping.KeepsEntries)
        {
            _signals.Mirror.Drop("host_stopping", _at, effects);
        }

        foreach (var lane in _lanes)
        {
            lane.Stop(_at, effects);
        }
    }

    private AccountKernel Leading(StrategySetup setup) =>
        setup.Settings.Accounts == Signals.AccountScope.Mirror && Mirror is { } mirror ? mirror : Main;

    private static Timestamp Min(Timestamp a, Timestamp b) => a <= b ? a : b;
}
