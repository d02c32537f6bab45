namespace StrategyHost.Simulation.SampleTape;

/// <summary>A phase of the market, some hours long.</summary>
internal enum Regime { Range, TrendUp, TrendDown, Storm }

/// <summary>
/// The fair price of the sample tape, in ticks: phases that range, trend or storm; a volatility that clusters; and a pressure of some
/// seconds that leads the price a little and shows in order flow and book. Invented numbers of a plausible size (about 3 % a day), fitted
/// to no recording.
/// </summary>
internal sealed class MarketModel
{
    private const double HourMs = 3_600_000;

    // Standard deviation of a second in a calm market, as a fraction of the price.
    private const double CalmPerSecond = 0.00006;

    // Activity by UTC hour: Asia, Europe and America wake one after the other.
    private static readonly double[] HourOfDay =
        [1.1, 1.0, 0.9, 0.8, 0.7, 0.7, 0.8, 0.9, 1.1, 1.1, 1.0, 1.0, 1.1, 1.5, 1.7, 1.6, 1.4, 1.2, 1.0, 0.9, 0.9, 0.8, 0.8, 0.9];

    private readonly Prng _prng;
    private double _anchor;
    private double _drift;
    private double _heat = 1;
    private long _regimeEndsMs;

    public MarketModel(Prng prng, long startMs, double startTicks)
    {
        _prng = prng;
        NowMs = startMs;
        Fair = startTicks;
        _anchor = startTicks;
        _regimeEndsMs = startMs;
        Enter(Regime.Range);
    }

    public long NowMs { get; private set; }

    /// <summary>Fair price in ticks.</summary>
    public double Fair { get; private set; }

    /// <summary>−1 … 1: who is pushing; positive: buyers.</summary>
    public double Pressure { get; private set; }
    public Regime Regime { get; private set; }

    /// <summary>Trades come faster when the market is hot and when the continent is awake; 1 is ordinary.</summary>
    public double Activity => HourOfDay[(int)(NowMs / 3_600_000 % 24)] * (0.5 + (0.5 * _heat)) * (Regime == Regime.Storm ? 1.6 : 1);

    public void MoveTo(long timeMs)
    {
        while (NowMs < timeMs)
        {
            if (NowMs >= _regimeEndsMs)
            {
                Next();
            }

            // Steps of at most a second keep the mean reversion stable and the path alive through quiet spells.
            var stepMs = Math.Min(Math.Min(timeMs - NowMs, 1000), _regimeEndsMs - NowMs);
            Step(stepMs / 1000.0);
            NowMs += stepMs;
        }
    }

    private void Step(double seconds)
    {
        var root = Math.Sqrt(seconds);
        Pressure = Math.Clamp(Pressure - (Pressure * seconds / 8) + (0.35 * root * _prng.NextNormal()), -1, 1);
        // Heat returns to 1 within some 10 minutes and is kicked up now and then: volatility clusters.
        _heat += (1 - _heat) * seconds / 600;
        if (_prng.Chance(seconds / 1500))
        {
            _heat = Math.Min(_heat + (2 * _prng.NextExponential()), 6);
        }

        var sigma = CalmPerSecond * Fair * _heat * (Regime == Regime.Storm ? 1.8 : 1);
        var pull = Regime == Regime.Range ? (_anchor - Fair) * seconds / 1800 : 0;
        Fair += (_drift * Fair * seconds) + pull + (sigma * ((root * _prng.NextNormal()) + (0.15 * Pressure * seconds)));
        Fair = Math.Max(Fair, 1000);
    }

    private void Next()
    {
        var draw = _prng.NextDouble();
        Enter(Regime switch
        {
            Regime.Range => draw < 0.42 ? Regime.TrendUp : draw < 0.84 ? Regime.TrendDown : Regime.Storm,
            Regime.TrendUp => draw < 0.6 ? Regime.Range : draw < 0.85 ? Regime.TrendDown : Regime.Storm,
            Regime.TrendDown => draw < 0.6 ? Regime.Range : draw < 0.85 ? Regime.TrendUp : Regime.Storm,
            Regime.Storm => draw < 0.5 ? Regime.Range : draw < 0.75 ? Regime.TrendUp : Regime.TrendDown,
        });
    }

    private void Enter(Regime regime)
    {
        Regime = regime;
        _anchor = Fair;
        // A trend makes 0.25 to 0.6 % an hour.
        var perSecond = (0.0025 + (0.0035 * _prng.NextDouble())) / 3600;
        _drift = regime switch
        {
            Regime.TrendUp => perSecond,
            Regime.TrendDown => -perSecond,
            Regime.Range or Regime.Storm => 0,
        };
        var hours = regime switch
        {
            Regime.Range => 1.5 + (3.5 * _prng.NextDouble()),
            Regime.TrendUp or Regime.TrendDown => 1.5 + (3 * _prng.NextDouble()),
            Regime.Storm => 0.3 + _prng.NextDouble(),
        };
        _regimeEndsMs = NowMs + (long)(hours * HourMs);
    }
}
