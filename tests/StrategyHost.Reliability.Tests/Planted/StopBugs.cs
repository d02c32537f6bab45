using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>Protection that is placed, moved or judged wrongly.</summary>
internal static class StopBugs
{
    public static IEnumerable<PlantedBug> All =>
    [
        new("entry_without_stop", "the entry goes first, its stop later", "I-01 I-02", () => WrongEngine.Asking(r =>
            r is PlaceOrder { Request.Protection: not null } p ? p with { Request = p.Request with { Protection = null } } : r)),
        new("stop_cleared_then_set", "a stop is moved by clearing it and setting the new one", "I-03 I-28", ClearedThenSet),
        new("stop_loosened", "every second stop of a position is a percent looser", "I-04", Loosened),
        new("trigger_turned", "conditional closes trigger in the wrong direction", "I-01", () => WrongEngine.Asking(Turned)),
        new("short_stop_on_long_leg", "in hedge mode the short leg's stop is set on the long leg", "I-01 I-02 I-03 I-04 I-24", () => WrongEngine.Asking(r =>
            r is SetTradingStop { Wanted.PositionIdx: PositionIdx.HedgeShort } s
                ? s with { Wanted = s.Wanted with { PositionIdx = PositionIdx.HedgeLong } } : r))
        {
            Fits = o => o.Mode == PositionMode.Hedge,
        },
        new("protective_request_lost", "a protective request that the limiter refuses is not sent again", "I-01 I-02 I-24", Forgetting),
        new("stop_column_unread", "the stop of a position row is not read", "I-24 I-25 I-30", () => new Seams
        {
            Listener = host => new WrongListener(host)
            {
                Tells = r => [r is PositionReport p ? p with { StopLoss = null } : r],
                Shows = s => s with { Positions = [.. s.Positions.Select(p => p with { StopLoss = null })] },
            },
        }),
        new("emergency_on_cached_data", "after a refusal the ladder closes by what it saw earlier, not by what a fresh read shows", "I-25", Cached),
    ];

    private static Seams ClearedThenSet() => new()
    {
        Engine = o =>
        {
            const long pauseMs = 300;
            var kernel = new EngineKernel(o);
            var held = new Queue<(Timestamp At, SetTradingStop Stop)>();
            IEnumerable<Effect> Due(EngineInput input)
            {
                while (held.TryPeek(out var first) && input.At.Ms - first.At.Ms >= pauseMs)
                {
                    yield return held.Dequeue().Stop;
                }
            }

            return new WrongEngine(kernel)
            {
                First = Due,
                Wants = (effect, input) =>
                {
                    if (effect is not SetTradingStop { Wanted: { StopLoss.Units: > 0 } wanted } stop)
                    {
                        return [effect];
                    }

                    held.Enqueue((input.At, stop));
                    return [stop with { Wanted = wanted with { StopLoss = new Price(0) } }];
                },
            };
        },
    };

    private static Seams Loosened() => WrongEngine.Wanting(kernel =>
    {
        var count = new Dictionary<(AccountId, Symbol, PositionIdx), int>();
        return (effect, _) =>
        {
            if (effect is not SetTradingStop { Wanted: { StopLoss.Units: > 0 } wanted } stop
                || kernel.Accounts.First(a => a.Account == stop.Account).Plans.FirstOrDefault(p => p.Number == stop.Plan) is not { } plan)
            {
                return [effect];
            }

            var leg = (stop.Account, wanted.Symbol, wanted.PositionIdx);
            count[leg] = count.GetValueOrDefault(leg) + 1;
            var level = plan.Instrument.TickDown(wanted.StopLoss.Value.Value * (1 - (0.01m * plan.Side.Sign())));
            return count[leg] % 2 == 1 ? [effect] : [stop with { Wanted = wanted with { StopLoss = level } }];
        };
    });

    private static AccountEffect Turned(AccountEffect request) =>
        request is PlaceOrder { Request: { ReduceOnly: true, Trigger: { } trigger } close } place
            ? place with
            {
                Request = close with
                {
                    Trigger = trigger with
                    {
                        Direction = trigger.Direction == TriggerDirection.Rise ? TriggerDirection.Fall : TriggerDirection.Rise,
                    },
                },
            }
            : request;

    private static Seams Forgetting() => new()
    {
        Adapter = (line, _) => new ForgettingAdapter(line),
    };

    /// <summary>After the first refusal of a stop, rows and pictures show the position as it was before there was a stop.</summary>
    private static Seams Cached() => new()
    {
        Engine = o =>
        {
            var refused = new HashSet<(AccountId, Symbol, PositionIdx)>();
            PositionReport Old(PositionReport p) => refused.Contains((p.Account, p.Symbol, p.PositionIdx)) ? p with { StopLoss = null } : p;
            return new WrongEngine(new EngineKernel(o))
            {
                Hears = input =>
                {
                    if (input is Reported { Reports: var reports })
                    {
                        refused.UnionWith(reports.OfType<RefusalReport>().Where(r => r.Request == RequestKind.TradingStop)
                            .Select(r => (r.Account, r.Symbol, r.PositionIdx)));
                        return [new Reported([.. reports.Select(r => r is PositionReport p ? Old(p) : r)]) { At = input.At }];
                    }

                    return [input is AccountShown shown ? shown with { Positions = [.. shown.Positions.Select(Old)] } : input];
                },
            };
        },
    };

    /// <summary>Every fourth stop is refused for want of room in a second, and that was it.</summary>
    private sealed class ForgettingAdapter(IExchangeAccount line) : IExchangeAccount
    {
        private int _count;

        public AccountId Account => line.Account;

        public void Send(AccountEffect request)
        {
            if (request is not SetTradingStop || ++_count % 4 != 0)
            {
                line.Send(request);
            }
        }

        public void AskSnapshot() => line.AskSnapshot();
    }
}
