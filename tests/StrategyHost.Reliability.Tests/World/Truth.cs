using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>Something that the exchange said, in the order in which it happened.</summary>
internal readonly record struct Told(long Seq, long AtMs, ExchangeReport Report);

/// <summary>
/// The exchange and all that ever happened on it: what the checker compares with, and what a reader of lists and histories is shown.
/// </summary>
internal sealed class Truth
{
    private readonly VirtualTime _time;
    private readonly Dictionary<AccountId, AccountTruth> _accounts;
    private long _seq;

    public Truth(WorldOptions options, VirtualTime time, IReadOnlyList<Instrument> instruments, IEnumerable<AccountOptions> accounts)
    {
        _time = time;
        Exchange = new SimulatedExchange(new ExchangeOptions { Fill = options.Fill, Switches = options.Switches }, instruments);
        _accounts = [];
        foreach (var account in accounts)
        {
            Exchange.AddAccount(account);
            _accounts.Add(account.Account, new AccountTruth());
        }
    }

    public SimulatedExchange Exchange { get; }
    public AccountTruth this[AccountId account] => _accounts[account];

    /// <summary>Hears what an account's stream would say, after each thing that happened.</summary>
    public Action<AccountId, IReadOnlyList<Told>>? Said { get; set; }

    /// <summary>Hears that something happened, before <see cref="Said"/>: who asked for it (null: market or a person), and what came of it.</summary>
    public Action<AccountEffect?, IReadOnlyList<ExchangeReport>>? Happened { get; set; }

    public long Seq => _seq;

    /// <summary>A request of ours arrives. What is refused is answered here and not by the stream.</summary>
    public RefusalReport? Execute(AccountEffect request)
    {
        RefusalReport? refusal = null;
        Do(e => e.Execute(request, new Timestamp(_time.NowMs)), request, r => refusal = r);
        return refusal;
    }

    /// <summary>The market moves, or a person does something.</summary>
    public void Do(Action<SimulatedExchange> what) => Do(what, null, null);

    /// <summary>An order that the exchange took and threw out again without anybody seeing it.</summary>
    public void Reject(AccountId account, OrderRequest order)
    {
        var report = new OrderReport
        {
            Account = account,
            At = new Timestamp(_time.NowMs),
            Symbol = order.Symbol,
            OrderId = new ExchangeOrderId($"R{_seq + 1}"),
            ClientOrderId = order.ClientOrderId,
            Status = OrderStatus.Rejected,
            Side = order.Side,
            Type = order.Type,
            Quantity = order.Quantity,
            FilledQuantity = Quantity.Zero,
            Price = order.Price,
            TriggerPrice = order.Trigger?.Price,
            PositionIdx = order.PositionIdx,
            ReduceOnly = order.ReduceOnly,
            Reason = "EC_Others",
        };
        Tell(account, [report]);
    }

    private void Do(Action<SimulatedExchange> what, AccountEffect? request, Action<RefusalReport>? refused)
    {
        what(Exchange);
        if (Exchange.Reports.Count == 0)
        {
            return;
        }

        ExchangeReport[] reports = [.. Exchange.Reports];
        Exchange.Reports.Clear();
        Happened?.Invoke(request, reports);
        foreach (var account in _accounts.Keys)
        {
            var own = new List<ExchangeReport>();
            foreach (var report in reports)
            {
                if (report.Account != account)
                {
                    continue;
                }

                if (report is RefusalReport refusal)
                {
                    refused?.Invoke(refusal);
                }
                else
                {
                    own.Add(report);
                }
            }

            if (own.Count > 0)
            {
                After(account, own);
                Tell(account, own);
            }
        }
    }

    private void Tell(AccountId account, List<ExchangeReport> reports)
    {
        var told = new Told[reports.Count];
        for (var i = 0; i < told.Length; i++)
        {
            told[i] = new Told(++_seq, _time.NowMs, reports[i]);
            _accounts[account].Take(told[i]);
        }

        Said?.Invoke(account, told);
    }

    /// <summary>After executions a real exchange tells position and wallet as they are then.</summary>
    private void After(AccountId account, List<ExchangeReport> reports)
    {
        var moved = new List<(Symbol, PositionIdx)>();
        foreach (var report in reports)
        {
            if (report is FillReport fill && !moved.Contains((fill.Symbol, fill.PositionIdx)))
            {
                moved.Add((fill.Symbol, fill.PositionIdx));
            }
        }

        foreach (var (symbol, idx) in moved)
        {
            reports.Add(Position(account, Exchange.Position(account, symbol, idx)));
        }

        if (moved.Count > 0 || reports.Exists(r => r is FundingReport))
        {
            reports.Add(new WalletReport
            {
                Account = account,
                At = new Timestamp(_time.NowMs),
                Balance = Exchange.WalletBalance(account),
            });
        }
    }

    public PositionReport Position(AccountId account, PositionState p) => new()
    {
        Account = account,
        At = new Timestamp(_time.NowMs),
        Symbol = p.Symbol,
        PositionIdx = p.PositionIdx,
        Side = p.Side,
        Size = p.Size,
        AveragePrice = p.AveragePrice,
        StopLoss = p.StopLoss,
        TakeProfit = p.TakeProfit,
        TrailingDistance = p.TrailingDistance,
    };
}

/// <summary>One account's history.</summary>
internal sealed class AccountTruth
{
    private readonly Dictionary<string, Told> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _byClientId = new(StringComparer.Ordinal);

    public List<Told> Executions { get; } = [];

    /// <summary>Newest report of each order that ever was, by the exchange's id.</summary>
    public IReadOnlyDictionary<string, Told> Orders => _orders;

    /// <summary>When an order was first heard of, in ms.</summary>
    public Dictionary<string, long> BornMs { get; } = new(StringComparer.Ordinal);

    public Told? Order(ClientOrderId id) => _byClientId.TryGetValue(id.Value ?? "", out var order) ? _orders[order] : null;

    public void Take(Told told)
    {
        switch (told.Report)
        {
            case OrderReport order:
                _orders[order.OrderId.Value] = told;
                BornMs.TryAdd(order.OrderId.Value, told.AtMs);
                if (!order.ClientOrderId.IsNone)
                {
                    if (_byClientId.TryGetValue(order.ClientOrderId.Value, out var former) && former != order.OrderId.Value)
                    {
                        _orders.Remove(former); // it goes by another id since it triggered
                    }

                    _byClientId[order.ClientOrderId.Value] = order.OrderId.Value;
                }

                break;
            case FillReport or FundingReport:
                Executions.Add(told);
                break;
        }
    }
}
