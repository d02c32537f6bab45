using StrategyHost.Bybit.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Reliability.Tests.Line;

/// <summary>
/// What becomes of an answer, as bybit.md says: acknowledged is watched, doubtful is looked for behind the fence, done before is read, and
/// what does not show is sent again or refused.
/// </summary>
internal sealed class LineFollower(LineParts parts, LineBook book, LineReads reads)
{
    private const long AnswerMs = 3000;
    public const long FenceMs = 13_000;
    private const int RepeatsMax = 3;
    private static readonly int[] PauseMs = [300, 500, 1200, 3000, 5000];
    private readonly Dictionary<(Symbol, PositionIdx), TradingStop> _wanted = [];
    private readonly Dictionary<AccountEffect, int> _repeats = new(ReferenceEqualityComparer.Instance);
    private readonly List<AccountEffect> _following = [];
    private readonly HashSet<AccountEffect> _shown = new(ReferenceEqualityComparer.Instance);
    private bool _isDead;

    public required Action<AccountEffect> Again { get; init; }
    public required Action<ClientOrderId> Hold { get; init; }
    public required Action<ClientOrderId> Release { get; init; }
    public required Action<AccountEffect, int, string> Refuse { get; init; }
    public required Action<IReadOnlyList<ExchangeReport>> Tell { get; init; }

    /// <summary>Requests whose fate is being found out.</summary>
    public int Open { get; private set; }

    public void Die() => _isDead = true;

    public void Note(AccountEffect effect)
    {
        if (effect is SetTradingStop { Wanted: var wanted })
        {
            _wanted[(wanted.Symbol, wanted.PositionIdx)] = wanted;
        }
    }

    public void Answered(QueuedRequest request, Outcome outcome)
    {
        var effect = request.Effect;
        switch (outcome.Verdict)
        {
            case Verdict.AlreadyDone when effect is PlaceOrder place && !request.IsAgain:
                Doubt(place.Request, outcome.Text);
                break;
            case Verdict.AlreadyDone when effect is not PlaceOrder:
                Before(effect, outcome);
                break;
            case Verdict.Refused when outcome.Code is 110001 or 110008 or 110010 && effect is AmendOrder or CancelOrder:
                Held(effect, () => Refuse(effect, outcome.Code, outcome.Text));
                break;
            case Verdict.Ambiguous when effect is PlaceOrder place:
                Doubt(place.Request, outcome.Text);
                break;
            case Verdict.Taken or Verdict.Ambiguous:
                Follow(effect);
                break;
            default:
                Refuse(effect, outcome.Code, outcome.Text);
                break;
        }
    }

    /// <summary>A stop in doubt may arrive after a newer one: behind the fence the position is compared with the newest wish.</summary>
    public void Guard(SetTradingStop stop)
    {
        Open++;
        Later(FenceMs, () => ReadAbout(stop, () =>
        {
            Open--;
            if (_wanted.TryGetValue((stop.Wanted.Symbol, stop.Wanted.PositionIdx), out var newest)
                && !IsShown(new SetTradingStop(stop.Account, newest)))
            {
                parts.Markers.Hit("line.guard_sends_again");
                Again(new SetTradingStop(stop.Account, newest));
            }
        }));
    }

    /// <summary>Looks for a new order until it is found or cannot come any more.</summary>
    public void Doubt(OrderRequest order, string why)
    {
        Open++;
        var now = new Timestamp(parts.Time.NowMs);
        if (book.Order(order.ClientOrderId) is null)
        {
            parts.Markers.Hit("resolve.unknown");
            Tell([RequestReports.Unknown(parts.Account, new DoubtfulOrder(order, now.Ms, 0, why), now)]);
        }

        Hold(order.ClientOrderId);
        Look(order, why, 0, 0, parts.Time.NowMs + FenceMs);
    }

    private void Look(OrderRequest order, string why, int round, int negative, long believeFrom) =>
        Later(PauseMs[Math.Min(round, PauseMs.Length - 1)], () =>
        {
            if (book.Order(order.ClientOrderId) is not null)
            {
                Found(order, "resolve.told_by_stream");
                return;
            }

            var asked = parts.Time.NowMs;
            reads.Order(order.ClientOrderId, isFound =>
            {
                if (isFound == true || book.Order(order.ClientOrderId) is not null)
                {
                    Found(order, "resolve.adopted");
                    return;
                }

                negative += isFound == false && asked > believeFrom ? 1 : 0;
                if (negative < 2)
                {
                    Look(order, why, round + 1, negative, believeFrom);
                    return;
                }

                Open--;
                parts.Markers.Hit("resolve.abandoned_after_fence");
                Refuse(new PlaceOrder(parts.Account, order), 10000, $"it never arrived: {why}");
                Release(order.ClientOrderId);
            });
        });

    private void Found(OrderRequest order, string marker)
    {
        Open--;
        parts.Markers.Hit(marker);
        Release(order.ClientOrderId);
    }

    private void Before(AccountEffect effect, Outcome outcome) => Held(effect, () =>
    {
        if (effect is CancelOrder || !IsShown(effect))
        {
            Refuse(effect, outcome.Code, outcome.Text);
        }
        else if (effect is SetTradingStop { Wanted: var w } && book.Position(w.Symbol, w.PositionIdx) is { } position)
        {
            Tell([position]);
        }
        else if (effect is AmendOrder { Amendment.ClientOrderId: var id } && book.Order(id) is { } order)
        {
            Tell([order]);
        }
        else
        {
            Refuse(effect, outcome.Code, outcome.Text);
        }
    });

    /// <summary>Reads about it while nothing else about it leaves.</summary>
    private void Held(AccountEffect effect, Action then)
    {
        Open++;
        var id = RequestWays.OrderOf(effect);
        if (!id.IsNone)
        {
            Hold(id);
        }

        ReadAbout(effect, () =>
        {
            Open--;
            then();
            if (!id.IsNone)
            {
                Release(id);
            }
        });
    }

    /// <summary>What was acknowledged and has shown meanwhile needs no more following, whatever comes after it.</summary>
    public void Look() => _shown.UnionWith(_following.Where(IsShown));

    private void Follow(AccountEffect effect)
    {
        if (IsShown(effect))
        {
            return;
        }

        Open++;
        _following.Add(effect);
        Later(AnswerMs, () =>
        {
            _following.Remove(effect);
            if (_shown.Remove(effect) || IsShown(effect))
            {
                Open--;
                return;
            }

            ReadAbout(effect, () =>
            {
                Open--;
                if (!IsShown(effect))
                {
                    NotDone(effect);
                }
            });
        });
    }

    private void NotDone(AccountEffect effect)
    {
        if (effect is PlaceOrder place)
        {
            Doubt(place.Request, "acknowledged, but not to be found");
            return;
        }

        if (effect is SetTradingStop { Wanted: var wanted }
            && !ReferenceEquals(_wanted.GetValueOrDefault((wanted.Symbol, wanted.PositionIdx)), wanted))
        {
            return;
        }

        var isThere = effect is SetTradingStop { Wanted: var w } ? book.Position(w.Symbol, w.PositionIdx) is { Size.IsZero: false }
            : book.Order(RequestWays.OrderOf(effect)) is not null;
        var repeats = _repeats[effect] = _repeats.GetValueOrDefault(effect) + 1;
        if (isThere && effect is not AmendOrder && repeats < RepeatsMax)
        {
            parts.Markers.Hit("line.acked_not_done_again");
            Again(effect);
        }
        else
        {
            Refuse(effect, 0, "acknowledged, but not done");
        }
    }

    private void ReadAbout(AccountEffect effect, Action then)
    {
        if (effect is SetTradingStop)
        {
            reads.Positions(isRead => After(isRead));
        }
        else
        {
            reads.Order(RequestWays.OrderOf(effect), isFound => After(isFound is not null));
        }

        void After(bool isRead)
        {
            if (isRead)
            {
                then();
            }
            else
            {
                Later(AnswerMs, () => ReadAbout(effect, then));
            }
        }
    }

    private void Later(long ms, Action what) => parts.Time.After(ms, parts.Rank, () =>
    {
        if (!_isDead)
        {
            what();
        }
    });

    private bool IsShown(AccountEffect request) => request switch
    {
        PlaceOrder place => book.Order(place.Request.ClientOrderId) is not null,
        CancelOrder cancel => book.Order(cancel.Id) is { } order && order.Status.IsFinal(),
        AmendOrder { Amendment: var a } => book.Order(a.ClientOrderId) is { } order && (order.Status.IsFinal()
            || ((a.Quantity is null || a.Quantity == order.Quantity) && (a.Price is null || a.Price == order.Price)
                && (a.TriggerPrice is null || a.TriggerPrice == order.TriggerPrice))),
        SetTradingStop { Wanted: var w } => book.Position(w.Symbol, w.PositionIdx) is { } p
            && (p.Size.IsZero || w.StopLoss is null || w.StopLoss.Value.Units == (p.StopLoss?.Units ?? 0)),
        _ => true,
    };
}
