using System.Globalization;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>A mirror that disturbs main, or is left alone by it.</summary>
internal static class MirrorBugs
{
    public static IEnumerable<PlantedBug> All => new PlantedBug[]
    {
        new("mirror_in_mains_queue", "main's requests wait behind the mirror's until these are answered", "I-12", SharedQueue)
        {
            IsPair = true,
        },
        new("mirror_stop_set_on_main", "the mirror's stops are set on main's account", "I-01 I-02 I-03 I-04 I-11 I-24", () => WrongEngine.Asking(r =>
            r is SetTradingStop { Account: var a } s && a == AccountId.Mirror ? s with { Account = AccountId.Main } : r)),
        new("breaker_holds_everything", "while the breaker is open nothing of the mirror leaves, closes and stops neither",
            "I-01 I-02 I-07 I-13 I-24", HeldByBreaker)
        {
            IsRare = true,
        },
        new("mirror_enters_late", "entries of the mirror leave seconds later, whatever main has done since", "I-05 I-07 I-09 I-13 I-24", EntersLate)
        {
            IsRare = true, // the audit heals what it leaves
        },
    }.Select(b => b with
    {
        Fits = o => o.Mirror is not null && b.Fits(o),
    });

    /// <summary>The seed with a healthy mirror and with one whose requests are lost or slow: main must do the same until faults end.</summary>
    public static RunResult Compared(WorldOptions options)
    {
        var rates = new[] { FaultKind.Crash, FaultKind.HostStall, FaultKind.Ban }.Aggregate(options.Rates, (r, k) => r.With(k, 0));
        var ill = new FaultRates().With(FaultKind.RequestLost, 0.3).With(FaultKind.RequestSlow, 0.5);
        var (first, healthy) = Traced(options with { Rates = rates, MirrorRates = new FaultRates() });
        var (second, troubled) = Traced(options with { Rates = rates, MirrorRates = ill });
        var same = healthy.Zip(troubled).TakeWhile(p => p.First == p.Second).Count();
        var broken = first.Broken ?? second.Broken;
        return same == healthy.Length && same == troubled.Length ? second with { Broken = broken } : second with
        {
            Broken = "I-12",
            Text = $"main does something else when the mirror is ill: {healthy.ElementAtOrDefault(same)} / {troubled.ElementAtOrDefault(same)}",
        };
    }

    private static (RunResult Run, string[] Trace) Traced(WorldOptions options)
    {
        var run = SimWorld.Run(options with { KeepsTrace = true });
        var end = run.SafetyMs == 0 ? long.MaxValue : run.SafetyMs;
        return (run, [.. run.MainTrace.Where(l => long.Parse(l.Split(' ')[1], CultureInfo.InvariantCulture) < end)]);
    }

    private static Seams SharedQueue()
    {
        var queue = new OneQueue();
        return new Seams
        {
            Adapter = (line, _) => new Queued(line, queue),
            Listener = host => new Answering(host, queue),
        };
    }

    private static Seams HeldByBreaker() => WrongEngine.Wanting(kernel => (effect, _) =>
        effect is AccountEffect { Account: var a } and not (Alert or ReadAccount) && a == AccountId.Mirror
        && kernel.MirrorView is { Breaker.State: BreakerState.Open } ? [] : [effect]);

    private static Seams EntersLate() => new()
    {
        Engine = o =>
        {
            const long lateMs = 4000;
            var held = new Queue<(Timestamp At, PlaceOrder Entry)>();
            IEnumerable<Effect> Due(EngineInput input)
            {
                while (held.TryPeek(out var first) && input.At.Ms - first.At.Ms >= lateMs)
                {
                    yield return held.Dequeue().Entry;
                }
            }

            return new WrongEngine(new EngineKernel(o))
            {
                First = Due,
                Wants = (effect, input) =>
                {
                    if (effect is not PlaceOrder { Account: var a, Request.ReduceOnly: false } entry || a != AccountId.Mirror)
                    {
                        return [effect];
                    }

                    held.Enqueue((input.At, entry));
                    return [];
                },
            };
        },
    };

    /// <summary>One queue for both accounts.</summary>
    private sealed class OneQueue
    {
        private readonly Queue<(IExchangeAccount Line, AccountEffect Request)> _waiting = [];
        private bool _isMirrorAsking;

        public void Send(IExchangeAccount line, AccountEffect request)
        {
            _waiting.Enqueue((line, request));
            HandOut();
        }

        public void Answered()
        {
            _isMirrorAsking = false;
            HandOut();
        }

        private void HandOut()
        {
            while (!_isMirrorAsking && _waiting.TryDequeue(out var next))
            {
                _isMirrorAsking = next.Line.Account == AccountId.Mirror;
                next.Line.Send(next.Request);
            }
        }
    }

    private sealed class Queued(IExchangeAccount line, OneQueue queue) : IExchangeAccount
    {
        public AccountId Account => line.Account;

        public void Send(AccountEffect request) => queue.Send(line, request);

        public void AskSnapshot() => line.AskSnapshot();
    }

    private sealed class Answering(IExchangeListener host, OneQueue queue) : WrongListener(host)
    {
        public override void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports)
        {
            base.OnReports(account, reports);
            if (account == AccountId.Mirror)
            {
                queue.Answered();
            }
        }
    }
}
