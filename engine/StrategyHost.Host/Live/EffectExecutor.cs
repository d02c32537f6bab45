using Serilog;
using Serilog.Events;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Journal;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Live;

/// <summary>
/// Carries out the kernel's effects: requests go to their account's journal and then its exchange, script calls to their strategy's
/// thread, the rest into the records and the log; all of it into the journals. Called by the loop's thread only; nothing here waits.
/// </summary>
internal sealed class EffectExecutor : IEffectSink
{
    /// <summary>A script that does not answer for so long, by the wall clock, is parked; its limit of CPU time is far lower.</summary>
    private static readonly TimeSpan ScriptWait = TimeSpan.FromSeconds(10);

    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly RunJournal _journal;
    private readonly Lazy<Dictionary<AccountId, JournaledAccount>> _accounts;
    private readonly Dictionary<AccountId, AccountRecord> _records;
    private readonly IReadOnlyDictionary<StrategyId, StrategyRunner> _strategies;
    private readonly ScriptLogRate _scriptLog = new();
    private readonly SignalLog _signals;

    public EffectExecutor(
        Func<IEnumerable<IExchangeAccount>> exchange, IEnumerable<AccountId> accounts,
        IReadOnlyDictionary<StrategyId, StrategyRunner> strategies, RunJournal journal, ILogger log, TimeProvider time)
    {
        _journal = journal;

        // They are there before the first request, not before the loop.
        _accounts = new(() => exchange().ToDictionary(a => a.Account, a => journal.Exit(a, Loop!)));
        _records = accounts.ToDictionary(a => a, a => new AccountRecord(a, alert => Raised?.Invoke(alert)));
        (_strategies, _log, _time) = (strategies, log, time);
        _signals = new SignalLog(log);
    }

    /// <summary>Where answers of scripts go; set before the loop starts.</summary>
    public EngineLoop? Loop { get; set; }

    /// <summary>Whether an alert is raised as a warning; if not it is kept and logged at debug.</summary>
    public Func<Alert, bool> IsRaised { get; init; } = _ => true;

    /// <summary>Hears of every alert, whoever raised it; on the loop's thread, so it must not wait.</summary>
    public Action<Alert>? Raised { get; init; }

    /// <summary>Hears that a strategy stands still; on the loop's thread, so it must not wait.</summary>
    public Action<StrategyParked>? StoodStill { get; init; }

    /// <summary>How a parked strategy comes to trade again.</summary>
    public string Remedy { get; init; } = "Mend its file and start the host again";

    /// <summary>Hears of a bug on a script's thread.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>Hears of a fault that another version may answer.</summary>
    public Action<StrategyFaulted>? VersionFaulted { get; set; }

    /// <summary>Why a strategy stands still, by strategy.</summary>
    public Dictionary<StrategyId, Error> Parked { get; } = [];

    public AccountRecord Record(AccountId account) => _records[account];

    public void Take(EngineInput input, JournalStamp stamp)
    {
        if (input is StrategyReplaced replaced)
        {
            Parked.Remove(replaced.Setup.Strategy);
        }

        _journal.Take(input, stamp);
    }

    public void Stepped(EngineKernel kernel, JournalStamp stamp)
    {
        _journal.Stepped(kernel, stamp);
        _signals.Pass(stamp.At);
    }

    public void Ended(EngineKernel kernel, JournalStamp stamp)
    {
        _journal.Ended(kernel, stamp);
        _signals.End(stamp.At);
    }

    public void Do(Effect effect, JournalStamp stamp)
    {
        if (effect is AccountEffect request and not (Alert or ReadAccount))
        {
            _log.Debug("{Account} sends {Request}", request.Account.Name, request);
            _accounts.Value[request.Account].Send(request, stamp);
            return;
        }

        _journal.Take(effect, stamp);
        Do(effect);
    }

    private void Do(Effect effect)
    {
        switch (effect)
        {
            case SaveEffect:
                break; // the journal has it
            case CallScript call:
                Begin(call);
                break;
            case Alert alert:
                _records[alert.Account].Take(alert);
                var level = IsRaised(alert) ? LogEventLevel.Warning : LogEventLevel.Debug;
                _log.Write(level, "{Account} {Code}: {Text}", alert.Account.Name, alert.Code, alert.Text);
                break;
            case ReadAccount read:
                _accounts.Value[read.Account].AskSnapshot();
                break;
            case TradeClosed { Trade: var trade }:
                _log.Information("{Account} closed {Side} {Quantity} {Symbol} at {Price}: {NetPnl} net ({Reason}, {Strategy})",
                    trade.Account.Name, trade.Side, trade.Quantity.ToString(), trade.Symbol.Name, trade.ExitPrice, trade.NetPnl,
                    trade.ExitReason, trade.Strategy.Name);
                break;
            case OrderClosed { Order: var order }:
                Say(order);
                break;
            case SignalDecided signal:
                _signals.Take(signal);
                break;
            case ScriptLogged line when _scriptLog.Take(line) is { } text:
                _log.Information("{Strategy}: {Line}", line.Strategy.Name, text);
                break;
            case StrategyFaulted faulted:
                VersionFaulted?.Invoke(faulted);
                break;
            case ScriptLogged:
                break; // a line too many; the journal has it
            case StrategyParked parked:
                Parked[parked.Strategy] = parked.Fault.Error;
                _log.Error("{Strategy} is parked: it is not called any more and enters nothing; its positions keep their stops, targets "
                    + "and trails. {Remedy}. Why: {Problem}", parked.Strategy.Name, Remedy, parked.Fault.Error.ToString());
                StoodStill?.Invoke(parked);
                break;
            default:
                throw new System.Diagnostics.UnreachableException(effect.ToString());
        }
    }

    /// <summary>What was filled, of how much where that is less, and why the rest was not.</summary>
    private void Say(OrderRecord order)
    {
        var isFilled = order.FilledQuantity == order.Quantity;
        var quantity = isFilled ? order.Quantity.ToString() : $"{order.FilledQuantity} of {order.Quantity}";
        if (isFilled || order.Reason.Length == 0)
        {
            _log.Information("{Account} {Role} {Side} {Quantity} {Symbol} {Status} {Id}", order.Account.Name, order.Role, order.Side,
                quantity, order.Symbol.Name, order.Status, order.OrderLinkId);
        }
        else
        {
            _log.Information("{Account} {Role} {Side} {Quantity} {Symbol} {Status} {Id}: {Why}", order.Account.Name, order.Role, order.Side,
                quantity, order.Symbol.Name, order.Status, order.OrderLinkId, order.Reason);
        }
    }

    private void Begin(CallScript call)
    {
        var wait = (long)ScriptWait.TotalMilliseconds;
        var deadline = _time.CreateTimer(
            _ => Loop!.Post(at => new ScriptOverdue(call.Strategy, call.Call, wait) { At = at }),
            null, ScriptWait, Timeout.InfiniteTimeSpan);
        _strategies[call.Strategy].Begin(
            call,
            answer =>
            {
                deadline.Dispose();
                Loop!.Post(at => new ScriptReturned(call.Strategy, call.Call, answer) { At = at });
            },
            bug => Failed?.Invoke(bug));
    }
}
