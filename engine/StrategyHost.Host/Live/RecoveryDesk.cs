using System.Collections.Concurrent;
using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Ports;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Live;

/// <summary>What became of an account's recovery, for people. State: <c>recovering</c> or <c>recovered</c>.</summary>
internal sealed record RecoveryView(string State, int Plans, int Fills, int Orders, long Ms);

/// <summary>
/// Stands between the venue and the loop and sees each account's recovery through (reliability §5.5): 1. until an account's first snapshot
/// it enters nothing; before that snapshot the venue has told all that was missed. 2. What the saved state counts already is not told
/// again. 3. Entries of ours that no plan knows are cancelled. 4. No account waits for another.
/// </summary>
internal sealed class RecoveryDesk(
    RunMemory memory, EngineLoop loop, EffectExecutor executor, ILogger log, TimeProvider time) : IExchangeListener
{
    private const string Source = "recovery";
    private readonly ConcurrentDictionary<AccountId, Progress> _progress = new(
        memory.Accounts.Keys.Select(a => new KeyValuePair<AccountId, Progress>(a, new Progress())));
    private long _began;
    private int _parts;

    /// <summary>From any thread.</summary>
    public RecoveryView Look(AccountId account) => _progress[account].View with
    {
        Plans = memory.Accounts[account].PlansOpen,
    };

    /// <summary>Before the loop starts: nothing is entered yet, and what could not be taken up is said.</summary>
    public void Begin(IReadOnlyList<NotRestored> notRestored)
    {
        _began = time.GetTimestamp();
        foreach (var (account, known) in memory.Accounts)
        {
            Ready(account, false, "it is not known yet what happened to the account since the last run");
            if (known.Lost is { } lost)
            {
                Say(account, lost.Rule, lost.ToString());
                log.Error("{Account} enters nothing, its stops stay as they are: {Problem}", account.Name, lost.ToString());
                loop.Post(at => new ReadinessChanged(account, null, "memory", false, lost.Message) { At = at });
            }
        }

        foreach (var lost in notRestored)
        {
            Say(lost.Account, lost.Code, lost.Text);
        }
    }

    public void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports)
    {
        var progress = _progress[account];
        var told = progress.IsDone ? reports : [.. reports.Where(r => IsNews(account, r))];
        progress.Fills += progress.IsDone ? 0 : told.Count(r => r is FillReport);
        if (told.Count > 0)
        {
            loop.OnReports(account, told);
        }

        foreach (var report in told)
        {
            Watch(account, progress, report);
        }
    }

    public void OnSnapshot(AccountSnapshot snapshot)
    {
        loop.OnSnapshot(snapshot);
        var progress = _progress[snapshot.Account];
        if (progress.IsDone)
        {
            return;
        }

        progress.IsDone = true;
        foreach (var order in snapshot.OpenOrders)
        {
            Tidy(order);
        }

        var known = memory.Accounts[snapshot.Account];
        progress.View = new RecoveryView(
            "recovered", known.PlansOpen, progress.Fills, progress.Orders.Count, (long)time.GetElapsedTime(_began).TotalMilliseconds);
        Ready(snapshot.Account, true, "the account is recovered");
        if (known.Journal.LastRun is { } run)
        {
            log.Information(
                "{Account} recovered {Plans} plans of run {Run}, {Fills} fills made meanwhile, {Orders} orders resolved, {Ms} ms",
                snapshot.Account.Name, known.PlansOpen, run, progress.Fills, progress.Orders.Count, progress.View.Ms);
        }
    }

    public void OnMarket(MarketNews news) => loop.OnMarket(news);

    public void OnLink(LinkNews news) => loop.OnLink(news);

    /// <summary>False: the saved state counts it.</summary>
    private bool IsNews(AccountId account, ExchangeReport report)
    {
        var journal = memory.Accounts[account].Journal;
        return report switch
        {
            FillReport fill => !journal.Executions.Contains(fill.ExecutionId),
            FundingReport paid => !journal.Fundings.Contains((paid.Symbol, paid.PositionIdx, paid.At)),
            _ => true,
        };
    }

    /// <summary>What becomes of the orders that had not ended; an entry that never left is said as missed.</summary>
    private void Watch(AccountId account, Progress progress, ExchangeReport report)
    {
        var known = memory.Accounts[account];
        if (known.Recovery is null || report is not (OrderReport or RefusalReport { Request: RequestKind.Place }))
        {
            return;
        }

        var id = report is OrderReport order ? order.ClientOrderId : ((RefusalReport)report).ClientOrderId;
        if (id.IsNone || !known.Orders.TryGetValue(id, out var saved) || saved.Order.Status.IsFinal())
        {
            return;
        }

        var isUnsent = saved.Order.Status is OrderStatus.Pending or OrderStatus.Unknown;
        if (!progress.IsDone && (isUnsent || report is RefusalReport || ((OrderReport)report).Status.IsFinal()))
        {
            progress.Orders.TryAdd(id, 0);
        }

        if (isUnsent && saved.Role == OrderRole.Entry && report is RefusalReport && progress.Missed.TryAdd(id, 0))
        {
            Say(account, "entry_missed", $"the entry {id} of signal {saved.SignalId} on {saved.Order.Request.Symbol} never reached the "
                + "exchange before the last run ended; it is not made any more");
        }
    }

    /// <summary>
    /// An entry of ours that no plan knows would open a position that no strategy knows; exits stay, they only close. Those of plans that
    /// the kernel knows, or could not take up, are its business.
    /// </summary>
    private void Tidy(OrderReport order)
    {
        var isKnown = memory.Accounts[order.Account].Orders.ContainsKey(order.ClientOrderId);
        if (!isKnown && OrderTag.TryRead(order.ClientOrderId.Value ?? "", out var tag) && tag.Role == OrderRole.Entry)
        {
            log.Warning("{Account} cancels {Order}, an entry of an earlier run", order.Account.Name, order.ClientOrderId.Value);
            Do(at => new CancelOrder(order.Account, order.Symbol, order.ClientOrderId));
        }
    }

    private void Ready(AccountId account, bool isReady, string why) =>
        loop.Post(at => new ReadinessChanged(account, null, Source, isReady, why) { At = at });

    private void Say(AccountId account, string code, string text) => Do(at => new Alert(account, at, code, text));

    /// <summary>An effect of no step.</summary>
    private void Do(Func<Timestamp, Effect> effect)
    {
        var part = Interlocked.Increment(ref _parts);
        loop.Post(at =>
        {
            executor.Do(effect(at), new JournalStamp(0, part, at));
            return [];
        });
    }

    private sealed class Progress
    {
        private volatile RecoveryView _view = new("recovering", 0, 0, 0, 0);

        public bool IsDone { get; set; }
        public int Fills { get; set; }
        public ConcurrentDictionary<ClientOrderId, byte> Orders { get; } = [];
        public ConcurrentDictionary<ClientOrderId, byte> Missed { get; } = [];

        public RecoveryView View
        {
            get => _view;
            set => _view = value;
        }
    }
}
