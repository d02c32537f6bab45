using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Orders;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Whether the mirror may enter at all: its switch and its breaker. Main, protection and exits never ask (contracts §2.2,
/// reliability §5.6).
/// </summary>
internal sealed class MirrorGate(AccountKernel? mirror)
{
    public bool IsOn { get; private set; } = true;
    public MirrorBreaker Breaker { get; private set; } = MirrorBreaker.Fresh;

    /// <summary>Switch and breaker as a value; set where a run goes on.</summary>
    public SavedGate State
    {
        get => new(IsOn, Breaker);
        set => (IsOn, Breaker) = (value.IsOn, value.Breaker);
    }

    /// <summary>Why no entry of the mirror may be made now; null: it may.</summary>
    public string? Objection(Timestamp at) => !IsOn ? "mirror_disabled" : Breaker.Allows(at) ? null : "breaker_open";

    /// <summary>An entry of the mirror was sent.</summary>
    public void Entered(Timestamp at) => Breaker = Breaker.Entered(at);

    public void Switch(bool isOn, Timestamp at, EffectList effects)
    {
        if (mirror is null || IsOn == isOn)
        {
            return;
        }

        IsOn = isOn;
        effects.Add(new Alert(AccountId.Mirror, at, isOn ? "mirror_on" : "mirror_off", isOn
            ? "the mirror follows main's next entries"
            : "the mirror enters nothing: resting entries are cancelled, positions keep their protection and follow main's closes"));
        if (!isOn)
        {
            OrderLinks.CancelAllEntries(mirror, effects);
        }
    }

    /// <summary>Learns from what the exchange said about the mirror's requests.</summary>
    public void Look(IReadOnlyList<ExchangeReport> reports, EffectList effects)
    {
        for (var i = 0; mirror is not null && i < reports.Count; i++)
        {
            if (reports[i].Account == AccountId.Mirror)
            {
                var before = Breaker.State;
                Breaker = Next(mirror, reports[i]);
                Tell(before, reports[i].At, effects);
            }
        }
    }

    private MirrorBreaker Next(AccountKernel account, ExchangeReport report) => report switch
    {
        RefusalReport r when r.Request is RequestKind.Place or RequestKind.Amend || MirrorBreaker.IsAuthentication(r.Code) =>
            Breaker.Failed(r.At, r.Code),
        OrderReport { Status: OrderStatus.Unknown } lost => Breaker.Failed(lost.At, 0),
        OrderReport { Status: not OrderStatus.Rejected } taken => Taken(account, taken.ClientOrderId),
        FillReport filled => Taken(account, filled.ClientOrderId),
        _ => Breaker,
    };

    private MirrorBreaker Taken(AccountKernel account, ClientOrderId id) =>
        account.Find(id) is { Role: OrderRole.Entry } entry ? Breaker.Succeeded(entry.Order.CreatedAt) : Breaker;

    private void Tell(BreakerState before, Timestamp at, EffectList effects)
    {
        if (Breaker.State == BreakerState.Open && before != BreakerState.Open)
        {
            var why = Breaker.Code is { } code ? $"retCode {code} (authentication)" : before == BreakerState.HalfOpen
                ? "the entry that tried failed too"
                : $"{MirrorBreaker.FailuresMax} requests failed within {MirrorBreaker.WindowMs / 1000} s";
            effects.Add(new Alert(AccountId.Mirror, at, "breaker_open",
                $"{why}: entries of the mirror are skipped until {Breaker.Until}, then one may try; protection and exits go on"));
        }
        else if (Breaker.State == BreakerState.Closed && before != BreakerState.Closed)
        {
            effects.Add(new Alert(AccountId.Mirror, at, "breaker_closed", "the exchange took an entry: the mirror follows main again"));
        }
    }
}
