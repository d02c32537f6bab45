using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>How the mirror's line to the exchange is.</summary>
public enum MirrorTrouble { Healthy, Slow, Refused, WrongKey, Banned, Disabled, Absent }

/// <summary>The engine under test: a bare kernel, or one behind the host's loop. Every call ends when nothing is left to be done.</summary>
internal interface IDrivenEngine
{
    Timestamp NextDue { get; }

    void Step(long ms, Func<Timestamp, EngineInput> input);
}

/// <summary>
/// An exchange with a good line to main and a troubled one to the mirror, and the trace of what main did: its effects as text, with virtual
/// times, numbered by main's own counter. Both accounts' requests and answers travel separately, as live.
/// </summary>
internal sealed class TroubledLine
{
    private const long MainLagMs = 3;
    private const long SlowLagMs = 4500;

    private readonly MirrorTrouble _trouble;
    private readonly TradeBlock _trades;
    private readonly SimulatedExchange _exchange;
    private readonly Queue<(long Due, AccountEffect Request)> _ofMain = [];
    private readonly Queue<(long Due, AccountEffect Request)> _ofMirror = [];
    private readonly Queue<(long Due, ExchangeReport[] Reports)> _toMirror = [];
    private readonly List<string> _trace = [];
    private long _now;

    public TroubledLine(MirrorTrouble trouble, EngineOptions options, TradeBlock trades)
    {
        (_trouble, _trades) = (trouble, trades);
        _exchange = new SimulatedExchange(new ExchangeOptions { Fill = FillModel.Touch }, options.Instruments);
        foreach (var account in options.Mirror is { } mirror ? [options.Main, mirror] : new[] { options.Main })
        {
            _exchange.AddAccount(new AccountOptions { Account = account.Account, Balance = account.StartBalance, Leverage = account.Leverage });
        }
    }

    public IReadOnlyList<string> Trace => _trace;

    /// <summary>Requests that the mirror sent, for the proof that there was something to disturb main with.</summary>
    public int MirrorRequests { get; private set; }

    /// <summary>Takes an effect from the engine: requests travel, main's effects are written down. Scripts are the caller's.</summary>
    public void Take(Effect effect)
    {
        if (IsMains(effect))
        {
            _trace.Add($"{_trace.Count + 1} {_now} {Text(effect)}");
        }

        if (effect is not AccountEffect request || effect is Alert)
        {
            return;
        }

        if (request.Account == AccountId.Main)
        {
            _ofMain.Enqueue((_now + MainLagMs, request));
            return;
        }

        MirrorRequests++;
        if (_trouble != MirrorTrouble.Banned)
        {
            _ofMirror.Enqueue((_now + (_trouble == MirrorTrouble.Slow ? SlowLagMs : MainLagMs), request));
        }
    }

    /// <summary>Plays all trades, and whatever the engine and both lines have to do between them.</summary>
    public void Play(IDrivenEngine engine)
    {
        var up = _trades.Time[_trades.Count / 2];
        _now = _trades.Time[0];
        if (_trouble == MirrorTrouble.Disabled)
        {
            engine.Step(_now, at => new MirrorSwitched(false) { At = at });
        }

        for (var next = 0; next < _trades.Count; next++)
        {
            while (Between(engine, _trades.Time[next]))
            {
            }

            _now = _trades.Time[next];
            if (_trouble == MirrorTrouble.Banned && (next == _trades.Count / 4 || _now == up))
            {
                var isUp = _now == up;
                engine.Step(_now, at => new ReadinessChanged(AccountId.Mirror, null, "private", isUp, "a test") { At = at });
            }

            var row = next;
            _exchange.OnTrade(_trades.Symbol, _now, _trades.Price[row], _trades.Size[row], _trades.Side[row]);
            Deliver(engine);
            engine.Step(_now, at => new TradesPrinted(_trades, row, row + 1) { At = at });
        }
    }

    /// <summary>The next thing that is due before a time; false: there is none.</summary>
    private bool Between(IDrivenEngine engine, long until)
    {
        var (main, mirror, answer) = (Due(_ofMain), Due(_ofMirror), Due(_toMirror));
        var next = Math.Min(Math.Min(main, engine.NextDue.Ms), Math.Min(mirror, answer));
        if (next >= until)
        {
            return false;
        }

        _now = Math.Max(_now, next);
        if (engine.NextDue.Ms == next)
        {
            engine.Step(_now, at => new TimePassed { At = at });
        }
        else if (main == next)
        {
            _exchange.Execute(_ofMain.Dequeue().Request, new Timestamp(_now));
            Deliver(engine);
        }
        else if (mirror == next)
        {
            Mirror(_ofMirror.Dequeue().Request);
            Deliver(engine);
        }
        else
        {
            var reports = _toMirror.Dequeue().Reports;
            engine.Step(_now, at => new Reported(reports) { At = at });
        }

        return true;
    }

    private static long Due<T>(Queue<(long Due, T)> queue) => queue.TryPeek(out var first) ? first.Due : long.MaxValue;

    private void Mirror(AccountEffect request)
    {
        var code = _trouble == MirrorTrouble.Refused ? 110007 : _trouble == MirrorTrouble.WrongKey ? 10003 : 0;
        if (code == 0)
        {
            _exchange.Execute(request, new Timestamp(_now));
            return;
        }

        _exchange.Reports.Add(new RefusalReport
        {
            Account = AccountId.Mirror,
            At = new Timestamp(_now),
            Request = request switch
            {
                PlaceOrder => RequestKind.Place,
                AmendOrder => RequestKind.Amend,
                CancelOrder => RequestKind.Cancel,
                _ => RequestKind.TradingStop,
            },
            Symbol = _trades.Symbol,
            ClientOrderId = request switch
            {
                PlaceOrder place => place.Request.ClientOrderId,
                AmendOrder amend => amend.Amendment.ClientOrderId,
                CancelOrder cancel => cancel.Id,
                _ => ClientOrderId.None,
            },
            Code = code,
            Text = "a test",
        });
    }

    private void Deliver(IDrivenEngine engine)
    {
        ExchangeReport[] reports = [.. _exchange.Reports];
        _exchange.Reports.Clear();
        var mains = Array.FindAll(reports, r => r.Account == AccountId.Main);
        var mirrors = Array.FindAll(reports, r => r.Account == AccountId.Mirror);
        if (mains.Length > 0)
        {
            engine.Step(_now, at => new Reported(mains) { At = at });
        }

        if (mirrors.Length > 0 && _trouble != MirrorTrouble.Banned)
        {
            _toMirror.Enqueue((_now + (_trouble == MirrorTrouble.Slow ? SlowLagMs : 0), mirrors));
        }
    }

    /// <summary>Everything but what names the mirror: what the scripts are shown counts as main's, they lead on main.</summary>
    private static bool IsMains(Effect effect) => effect switch
    {
        AccountEffect a => a.Account == AccountId.Main,
        TradeClosed t => t.Trade.Account == AccountId.Main,
        OrderClosed o => o.Order.Account == AccountId.Main,
        SaveEffect s => s.Account == AccountId.Main,
        _ => true,
    };

    private static string Text(Effect effect) => effect switch
    {
        CallScript { Call: var call, View: var view } =>
            $"{call} {view.WalletBalance:R} {string.Join(';', view.Positions)} {string.Join(';', view.Orders)}",
        PlanSaved save => $"{effect} {StateHash.Of(new SavedEngine { Plans = [save.Plan] })}",
        AccountSaved save => $"{effect} {StateHash.Of(new SavedEngine { Accounts = [save.State] })}",
        _ => effect.ToString(),
    };
}
