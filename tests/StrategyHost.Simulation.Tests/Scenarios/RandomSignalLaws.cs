using StrategyHost.Core.Kernel;
using StrategyHost.Core.Settings;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>
/// What holds whatever a strategy returns: signals of every kind at random, then everything is closed. A seed that fails is the report.
/// </summary>
public sealed class RandomSignalLaws
{
    private const int Rows = 250;

    public static TheoryData<int, bool> Seeds
    {
        get
        {
            var seeds = new TheoryData<int, bool>();
            for (var seed = 1; seed <= 25; seed++)
            {
                seeds.Add(seed, false);
                seeds.Add(seed, true);
            }

            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Account_ends_flat_and_its_money_is_the_sum_of_its_trades(int seed, bool onTicks)
    {
        var isReversed = seed % 3 == 0;
        var outcome = Market(seed, onTicks).WithMirror(new MirrorSettings { Proportion = 0.5m, Reverse = isReversed }).Run();
        foreach (var account in isReversed ? [outcome] : new[] { outcome, outcome.Mirror })
        {
            // A reversed mirror may outlive main's stop: it has stops of its own.
            account.IsFlat();
            Assert.Equal(account.Account.StartEquity + account.Trades.Sum(t => t.NetPnl), account.Account.EndEquity, 4);
            Assert.DoesNotContain(outcome.Result.Warnings, w => w.Contains("foreign_fill", StringComparison.Ordinal));
        }

        Assert.NotEmpty(outcome.Trades);
        if (!onTicks)
        {
            outcome.IsCovered();
            outcome.Mirror.IsCovered();
            Assert.False(
                outcome.Result.Warnings.Any(w => w.Contains("refused", StringComparison.Ordinal)),
                string.Join("; ", outcome.Result.Warnings));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Main_does_the_same_with_and_without_a_mirror(int seed, bool onTicks)
    {
        var alone = MirrorScenarios.OfMain(Market(seed, onTicks).RunForEffects());
        var mirrored = Market(seed, onTicks).WithMirror(new MirrorSettings
        {
            Reverse = seed % 2 == 0,
            DelayMs = seed % 3 * 1000,
        }, 100 * seed);
        Assert.Equal(alone, MirrorScenarios.OfMain(mirrored.RunForEffects()));
    }

    internal static Scenario Market(int seed, bool onTicks)
    {
        var random = new Random(seed);
        var price = 1000m;
        decimal Move() => price = Math.Max(500m, price + random.Next(-12, 13));
        string Candle()
        {
            var open = price / 10m;
            var path = new[] { Move(), Move(), Move() }.Select(p => p / 10m).Append(open).ToArray();
            return FormattableString.Invariant($"{open} {path.Max()} {path.Min()} {path[2]}");
        }

        var rows = Enumerable.Range(0, Rows).Select(i => onTicks
            ? FormattableString.Invariant($"{(i + 1) * 700} {Move() / 10m} {random.Next(1, 400) / 100m}")
            : Candle()).ToArray();
        var scenario = onTicks ? Scenario.Trades(rows).WithOptions(o => o with { LatencyMs = seed % 3 * 400 }) : Scenario.Candles(rows);
        for (var i = 0; i < Rows - 60; i++)
        {
            if (random.Next(3) == 0)
            {
                scenario.At(i, [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Any(random, price / 10m))]);
            }
        }

        for (var i = Rows - 55; i < Rows - 10; i += 5)
        {
            scenario.At(i, "cancel order=all", "close", "close position_side=short");
        }

        return scenario.With(new StrategySettings
        {
            Pyramiding = seed % 3,
            Approach = seed % 4 == 0 ? Approach.Conservative : Approach.None,
        });
    }

    private static Sig Any(Random random, decimal last)
    {
        var side = random.Next(2) == 0 ? "buy" : "sell";
        var sign = side == "buy" ? 1 : -1;
        string At(double percent) => FormattableString.Invariant($"{Math.Round(last * (1 + ((decimal)(percent * sign) / 100m)), 2)}");
        var size = FormattableString.Invariant($"quantity={random.Next(1, 4000) / 1000.0}");
        var tag = $"tag=t{random.Next(4)}";
        var stop = random.Next(4) switch
        {
            0 => "stop_loss_percent=2",
            1 => "stop_loss=" + At(-3),
            2 => "trail_percent=1.5",
            _ => "stop_loss_percent=3 trail_percent=1 trail_activation=" + At(2),
        };
        var more = random.Next(11) switch
        {
            0 => " scale_in=true",
            1 => " flip=true",
            2 => " keep_entries=true",
            3 => " close_after=600",
            4 => " expires_in=300",
            5 => " oco=o" + random.Next(3),
            6 => " group=g group_exit=" + (random.Next(2) == 0 ? "true" : "false"),
            7 or 8 or 9 => " scale_in=true tranche=" + (char)('a' + random.Next(3)),
            _ => "",
        };
        var distance = random.Next(2) == 0 ? "trail_percent=0.6" : "trail_amount=1.1";
        Sig signal = random.Next(17) switch
        {
            0 or 1 or 2 => $"{side} {size} {stop} {tag}{more}",
            3 or 4 => $"{side} {size} {stop} {tag}{more} type=limit price={At(-0.5 * random.Next(-1, 4))}",
            5 or 6 => $"{side} {size} {(random.Next(2) == 0 ? "stop_loss_percent=2" : "trail_percent=2")} "
                + $"{tag}{more} type=stop_market stop_price={At(random.Next(-1, 4))}",
            7 => $"close share={random.Next(1, 101)} {tag}{(random.Next(3) == 0 ? " tranche=a" : "")}",
            8 => $"close {tag} type=limit price={At(1)}",
            9 => $"close {size} {tag} type=stop_market stop_price={At(-1)}",
            10 => (random.Next(2) == 0 ? "hold trail_percent=0.8" : "hold stop_loss=" + At(-1)) + (random.Next(2) == 0 ? " tranche=b" : ""),
            11 => $"cancel order=t{random.Next(4)}",
            12 => $"modify order=t{random.Next(4)} price={At(-1)} quantity={random.Next(1, 3)}",
            13 => $"close type=trailing_stop trail_percent=0.7 share={random.Next(1, 100)} {tag}",
            14 => $"{side} {size} type=trailing_stop {distance} stop_loss_percent=2 {tag}{more}"
                + (random.Next(3) == 0 ? " trail_activation=" + At(-1) : ""),
            15 => random.Next(2) == 0 ? $"modify order=t{random.Next(4)} {distance}"
                : $"close type=trailing_stop {distance} share={random.Next(1, 100)} trail_activation={At(0.5)} {tag}",
            _ => "hold take_profit=" + At(4),
        };
        return random.Next(5) == 0 && signal.Fields[0].Value.Text is "buy" or "sell"
            ? signal.Ladder((1, 50), (2, 30), (3, 20)).And("breakeven", ("after_tp", 1))
            : signal;
    }
}
