using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Simulation.Backtest;

/// <summary>Gathers what a run leaves behind: records, curves, coverage. It only reads the kernel.</summary>
internal sealed class ResultCollector(EngineKernel kernel)
{
    private const int LogLinesMax = 10_000;
    private readonly List<TradeRecord> _trades = [];
    private readonly List<OrderRecord> _orders = [];
    private readonly List<SignalRow> _signals = [];
    private readonly Dictionary<string, long> _refused = new(StringComparer.Ordinal);
    private readonly List<string> _logs = [];
    private readonly List<string> _warnings = [];
    private readonly HashSet<string> _alerted = [];
    private readonly CallProfile _profile = new();
    private readonly Dictionary<StrategyId, string> _callers = [];
    private readonly Dictionary<string, string> _signalOfOrder = new(StringComparer.Ordinal);
    private long _logLines;
    private readonly AccountTrack[] _tracks = [.. kernel.Accounts.Select(a => new AccountTrack(a))];
    private long _accepted;

    public ScriptCallbacks Ran { get; private set; }
    public bool HasParked { get; private set; }

    /// <summary>A strategy ended in a fault; the run goes on with its protection.</summary>
    public ScriptFault? Fault { get; private set; }

    public void Take(Effect effect)
    {
        switch (effect)
        {
            case TradeClosed trade:
                _trades.Add(trade.Trade);
                break;
            case OrderClosed order:
                _orders.Add(order.Order);
                break;
            case SignalDecided signal:
                Take(signal);
                break;
            case ScriptLogged log:
                Take(log);
                break;
            case StrategyParked parked:
                HasParked = true;
                Fault ??= parked.Fault;
                _warnings.Add($"{parked.Strategy} was parked at {parked.At}: {parked.Fault.Error}");
                break;
            case Alert finding when AccountFindings.IsOne(finding.Code):
                Array.Find(_tracks, t => t.Account == finding.Account)?.Found(finding);
                break;
            case Alert alert:
                if (_alerted.Add(alert.Account + alert.Code))
                {
                    _warnings.Add($"{alert.At} {alert.Account} {alert.Code}: {alert.Text}");
                }

                break;
            default:
                throw new System.Diagnostics.UnreachableException(effect.ToString());
        }
    }

    /// <summary>A callback has answered; <paramref name="began"/> is when it was called, by the stopwatch.</summary>
    public void Called(StrategyId strategy, ScriptCall call, int events, long began)
    {
        _profile.Add(strategy, call, events, began);
        _callers[strategy] = CallProfile.NameOf(call);
        Ran |= CallbackOf(call);
    }

    /// <summary>An order is asked for; a signal's are remembered as its own.</summary>
    public void Asked(PlaceOrder order)
    {
        if (order.SignalId.Length > 0)
        {
            _signalOfOrder[order.Request.ClientOrderId.Value] = order.SignalId;
        }
    }

    private static ScriptCallbacks CallbackOf(ScriptCall call) => call switch
    {
        KlineRun { Callback: true } or KlineUpdateCall => ScriptCallbacks.Kline,
        TradeRun => ScriptCallbacks.Trade,
        OrderBookCall => ScriptCallbacks.OrderBook,
        TickerCall => ScriptCallbacks.Ticker,
        _ => ScriptCallbacks.None,
    };

    private bool _changed;

    /// <summary>Positions or protection may have changed: coverage is looked at when the event is done.</summary>
    public void Changed() => _changed = true;

    /// <summary>Ends an event: coverage and exposure up to now.</summary>
    public void Observe(Timestamp at)
    {
        if (!_changed)
        {
            return;
        }

        _changed = false;
        foreach (var track in _tracks)
        {
            track.Observe(at);
        }
    }

    /// <summary>A point of the equity curves.</summary>
    public void Sample(Timestamp at)
    {
        foreach (var track in _tracks)
        {
            track.Sample(at);
        }
    }

    public void EndDay(Timestamp at)
    {
        foreach (var track in _tracks)
        {
            track.EndDay(at);
        }
    }

    public SignalCounts Signals() => new(_accepted, _refused, kernel.Expired, kernel.DroppedWarming);

    public IReadOnlyList<SignalRow> SignalLedger => _signals;
    public IReadOnlyList<TradeRecord> Trades => _trades;
    public IReadOnlyList<CallbackTime> Profile => _profile.Result();
    public IReadOnlyDictionary<string, string> SignalOfOrder => _signalOfOrder;

    /// <summary>The first lines, and how many more there were.</summary>
    public IReadOnlyList<string> Logs =>
        _logLines <= LogLinesMax ? _logs : [.. _logs, $"{_logLines - LogLinesMax} more lines were left out"];

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>All orders, those still open included, numbered in the order of their creation, main's first at one moment.</summary>
    public IReadOnlyList<OrderRecord> Orders()
    {
        var open = kernel.Accounts.SelectMany(a => a.OpenOrders);
        return [.. _orders.Concat(open).OrderBy(o => o.Time).ThenBy(o => o.Account.Name, StringComparer.Ordinal).ThenBy(o => o.Seq)
            .Select((o, i) => o with { Seq = i + 1 })];
    }

    public IReadOnlyList<AccountResult> Accounts(Timestamp at) => [.. _tracks.Select(t => t.Result(at))];

    private void Take(ScriptLogged log)
    {
        if (++_logLines <= LogLinesMax)
        {
            _logs.Add($"{log.At} {log.Strategy} {log.Text}");
        }
    }

    private void Take(SignalDecided signal)
    {
        if (signal.Outcome == "accepted")
        {
            _accepted++;
        }
        else
        {
            _refused[signal.Outcome] = _refused.GetValueOrDefault(signal.Outcome) + 1;
        }

        _signals.Add(new SignalRow(
            signal.SignalId, signal.At, signal.Strategy, signal.Symbol, signal.Action, signal.Outcome, signal.Text, signal.Tag,
            signal.Reason)
        {
            Error = signal.Error,
            Callback = _callers.GetValueOrDefault(signal.Strategy, ""),
        });
    }
}
