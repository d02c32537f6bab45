using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>What the exchange says is heard twice, late, for somebody else, or taken for something that it is not.</summary>
internal static class ReportBugs
{
    public static IEnumerable<PlantedBug> All =>
    [
        new("fill_booked_twice", "an execution that comes twice counts twice", "I-08 I-09 I-10", FillTwice),
        new("fill_lost_at_resync", "executions found by the read after a reconnect are not told", "I-07 I-08 I-09 I-10 I-24", () => new Seams
        {
            Listener = host => new DeafAtResync(host),
        }),
        new("first_position_row_only", "of a symbol's positions only the first row is read", "I-01 I-09 I-24 I-30", () => WrongListener.Showing(s =>
            s with { Positions = [.. s.Positions.DistinctBy(p => p.Symbol)] }))
        {
            Fits = o => o.Mode == PositionMode.Hedge,
        },
        new("main_report_to_mirror", "executions of main are told to the mirror, too", "I-08 I-09 I-10 I-13", () => WrongListener.Telling(r =>
            r is FillReport { Account: var a } && a == AccountId.Main ? [r, r with { Account = AccountId.Mirror }] : [r]))
        {
            Fits = o => o.Mirror is not null,
        },
        new("unknown_is_filled", "an order of unknown fate is taken for filled", "I-07 I-09 I-24 I-05 I-08 I-10 I-13", () => WrongListener.Telling(r =>
            r is OrderReport { Status: OrderStatus.Unknown } o ? [o with { Status = OrderStatus.Filled, FilledQuantity = o.Quantity }] : [r])),
        new("unknown_is_rejected", "an order of unknown fate is taken for rejected", "I-07 I-09 I-24 I-08 I-10", () => WrongListener.Telling(r =>
            r is OrderReport { Status: OrderStatus.Unknown } o ? [o with { Status = OrderStatus.Rejected }] : [r])),
        new("fee_dropped", "fees of makers are not booked", "I-08 I-10", () => WrongListener.Telling(r =>
            r is FillReport { IsMaker: true } f ? [f with { Fee = 0 }] : [r])),
        new("funding_dropped", "funding is not booked", "I-08 I-10", () => WrongListener.Telling(r => r is FundingReport ? [] : [r])),
        new("picture_never_comes", "audits get no answer after the first", "I-01 I-02 I-07 I-09 I-19 I-24 I-30", OnlyOnce)
        {
            IsRare = true,
        },
        new("picture_before_fills", "the picture is told before the executions that it contains", "I-02 I-08 I-09 I-10 I-13 I-24", () => new Seams
        {
            Listener = host => new PictureFirst(host),
        }),
        new("picture_from_cache", "a read answers with the account as it was at the read before", "I-01 I-02 I-07 I-09 I-24 I-30", FromCache),
        new("conditional_orders_unlisted", "conditional orders are missing from the list of open orders", "I-05 I-07 I-15 I-24", () =>
            WrongListener.Showing(s => s with { OpenOrders = [.. s.OpenOrders.Where(o => o.TriggerPrice is null)] })),
        new("old_row_overwrites_new", "an older position row overwrites a newer one", "I-01 I-02 I-04 I-09 I-24 I-30", OldRow)
        {
            IsRare = true, // the audit heals what it leaves
        },
    ];

    private static Seams FillTwice()
    {
        var count = 0;
        return WrongListener.Telling(r => r is FillReport f && ++count % 10 == 0
            ? [f, f with { ExecutionId = new ExecutionId(f.ExecutionId.Value + "-again") }] : [r]);
    }

    private static Seams OnlyOnce() => new()
    {
        Listener = host =>
        {
            var isShown = false;
            return new WrongListener(host)
            {
                Shows = s =>
                {
                    var was = isShown;
                    isShown = true;
                    return was ? null : s;
                },
            };
        },
    };

    private static Seams FromCache() => new()
    {
        Listener = host =>
        {
            AccountSnapshot? last = null;
            return new WrongListener(host)
            {
                Shows = s =>
                {
                    var shown = last is null ? s : last with { At = s.At };
                    last = s;
                    return shown;
                },
            };
        },
    };

    private static Seams OldRow() => new()
    {
        Listener = host =>
        {
            var last = new Dictionary<(Symbol, PositionIdx), PositionReport>();
            return new WrongListener(host)
            {
                Tells = r =>
                {
                    if (r is not PositionReport p)
                    {
                        return [r];
                    }

                    var before = last.GetValueOrDefault((p.Symbol, p.PositionIdx));
                    last[(p.Symbol, p.PositionIdx)] = p;
                    return before is null ? [p] : [p, before with { At = p.At }];
                },
            };
        },
    };

    private sealed class DeafAtResync(IExchangeListener host) : WrongListener(host)
    {
        private bool _isDown;

        public override void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports) =>
            base.OnReports(account, _isDown ? [.. reports.Where(r => r is not FillReport)] : reports);

        public override void OnLink(LinkNews news)
        {
            _isDown = news.State == LinkState.Down;
            base.OnLink(news);
        }
    }

    private sealed class PictureFirst(IExchangeListener host) : WrongListener(host)
    {
        private readonly List<ExchangeReport> _held = [];

        public override void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports)
        {
            _held.AddRange(reports.OfType<FillReport>());
            base.OnReports(account, [.. reports.Where(r => r is not FillReport)]);
        }

        public override void OnSnapshot(AccountSnapshot snapshot)
        {
            base.OnSnapshot(snapshot);
            ExchangeReport[] late = [.. _held];
            _held.Clear();
            base.OnReports(snapshot.Account, late);
        }
    }
}
