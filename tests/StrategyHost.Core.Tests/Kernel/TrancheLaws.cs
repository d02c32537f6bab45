using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Risk;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>
/// Tranches against an exchange that is slow in its own ways, by seeds: whatever the order in which requests are carried out and told, no
/// request leaves a tranche less covered than it was and wants to be, and in the end each has exactly the stop that it wants.
/// </summary>
public sealed class TrancheLaws
{
    private const int Steps = 400;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_request_lowers_what_is_covered_below_what_is_wanted(int seed)
    {
        var random = new Random(seed);
        var desk = new KernelDesk(trail: random.Next(2) == 0 ? TrailMode.Ideal : TrailMode.Resting, change: o => o with
        {
            Risk = new RiskSettings { MaxOrderNotionalPercent = 100_000m },
        });
        var exchange = new SlowExchange(desk);
        var price = 100m;
        for (var step = 0; step < Steps; step++)
        {
            switch (random.Next(10))
            {
                case 0 when step < Steps / 2:
                    price = Math.Clamp(price + (random.Next(-3, 4) / 10m), 97m, 104m);
                    desk.Price(price, Any(random));
                    exchange.Collect();
                    break;
                case < 5:
                    Take(exchange, desk, price, seed);
                    break;
                default:
                    exchange.Say();
                    break;
            }
        }

        for (var i = 0; i < 50; i++)
        {
            while (!exchange.IsIdle)
            {
                Take(exchange, desk, price, seed);
                exchange.Say();
            }

            desk.Price(price); // a second later, for trails that wait for their pace
            exchange.Collect();
        }

        foreach (var plan in Open(desk).Where(p => !p.Leg.IsConsolidated))
        {
            Assert.True(plan.Stop.Stop == plan.SentStop, $"{plan.Origin.Tranche} wants {new Price(plan.Stop.Stop)}, has {new Price(plan.SentStop)}\n"
                + string.Join("\n", exchange.Log.TakeLast(20)));
            Assert.True(exchange.Covered(plan.Stop.Stop) >= Wanted(desk, plan.Stop.Stop));
        }

        Assert.Equal(exchange.Size, Open(desk).Sum(p => p.Size.Units));
        Assert.Equal(exchange.Conditional, Math.Max(0, Open(desk).Select(p => p.Stop.Stop).Distinct().Count() - 1));
    }

    private static void Take(SlowExchange exchange, KernelDesk desk, decimal price, int seed)
    {
        var (size, wanted) = (exchange.Size, exchange.Wanted);
        var before = wanted?.Keys.ToDictionary(s => s, exchange.Covered);
        if (!exchange.Take(price) || exchange.Size < size)
        {
            return; // what was closed needs no cover
        }

        foreach (var (stop, covered) in before!) // there was a request
        {
            var least = Math.Min(covered, wanted![stop]);
            Assert.True(exchange.Covered(stop) >= least,
                $"seed {seed}: at {new Price(stop)} {exchange.Covered(stop)} is covered, was {covered}, {least} is wanted\n"
                + string.Join("\n", exchange.Log.TakeLast(20)));
        }

        Assert.True(exchange.Size == 0 || exchange.FullStop != 0, $"seed {seed}: nothing covers the position");
        Assert.InRange(exchange.Conditional, 0, 10);
    }

    private static TradePlan[] Open(KernelDesk desk) => [.. desk.Kernel.Main.Plans.Where(p => !p.Size.IsZero)];

    private static long Wanted(KernelDesk desk, long stop) => Open(desk).Where(p => p.Stop.Stop >= stop).Sum(p => p.Size.Units);

    private static (string Name, object Value)[] Any(Random random)
    {
        var tranche = ("tranche", (object)"abcde"[random.Next(5)].ToString());
        return random.Next(8) switch
        {
            < 4 => [("action", "buy"), ("quantity", random.Next(1, 9) / 10.0), ("scale_in", true), tranche,
                random.Next(3) == 0 ? ("trail_percent", random.Next(2, 7)) : ("stop_loss", random.Next(80, 96))],
            4 => [("action", "close"), tranche],
            5 => [("action", "close"), ("share", random.Next(1, 99)), tranche],
            6 => [("action", "hold"), ("stop_loss", random.Next(85, 97)), tranche],
            _ => [("action", "close")],
        };
    }
}
