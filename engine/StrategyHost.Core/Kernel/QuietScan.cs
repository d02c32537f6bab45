using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Bounds of a quiet run as the exchange knows them: prices strictly between low and high touch none of its orders, and nothing is due
/// there before the given time (ms).
/// </summary>
public readonly record struct QuietBounds(long Low, long High, long UntilMs);

/// <summary>
/// Counts how many events ahead can neither trade nor trigger, nor move a resting stop (architecture §5 quiet runs). It works on copies:
/// nothing of the kernel changes. A test proves that a run gives the same orders as one call per event.
/// </summary>
public sealed class QuietScan(TrailMode mode)
{
    /// <summary>Longest run; also the size of the stop column.</summary>
    public const int Longest = 4096;

    private readonly double[] _stops = new double[Longest];
    private readonly List<Track> _tracks = [];
    private TradePlan? _leading;

    /// <summary>The stop of the leading plan after each row of the last scan; null without an open leading plan.</summary>
    public double[]? Stops { get; private set; }

    /// <summary>Starts a scan; the leading plan's stop is written down row by row.</summary>
    public void Begin(TradePlan? leading)
    {
        _tracks.Clear();
        _leading = leading;
        Stops = leading is null ? null : _stops;
    }

    /// <summary>Adds an open plan on the symbol. False: no run is possible.</summary>
    public bool Add(TradePlan plan)
    {
        if (plan.IsStopForced || plan.Spec.TriggerBy != TriggerBy.Last || plan.Trail is null)
        {
            return false;
        }

        _tracks.Add(new Track(plan, plan.Trail) { State = plan.Stop, Leads = plan == _leading });
        return true;
    }

    public int Klines(KlineBlock block, int from, int to, QuietBounds bounds, long dueMs)
    {
        var until = Math.Min(bounds.UntilMs, dueMs - 1) - block.Interval.Ms;
        var last = Math.Min(to, from + Longest);
        for (var i = from; i < last; i++)
        {
            var low = block.Low[i];
            var high = block.High[i];
            if (low <= bounds.Low || high >= bounds.High || block.Start[i] > until || !Pass(low, high, block.Start[i] + block.Interval.Ms, i - from))
            {
                return i - from;
            }
        }

        return last - from;
    }

    public int Trades(TradeBlock block, int from, int to, QuietBounds bounds, long dueMs)
    {
        var until = Math.Min(bounds.UntilMs, dueMs);
        var last = Math.Min(to, from + Longest);
        for (var i = from; i < last; i++)
        {
            var price = block.Price[i];
            if (price <= bounds.Low || price >= bounds.High || block.Time[i] >= until || !Pass(price, price, block.Time[i], i - from))
            {
                return i - from;
            }
        }

        return last - from;
    }

    /// <summary>False when the row hits a stop or lets a resting one move.</summary>
    private bool Pass(long low, long high, long timeMs, int row)
    {
        foreach (var track in _tracks)
        {
            var isLong = track.Plan.Side == PositionSide.Long;
            var resting = mode == TrailMode.Ideal ? track.State.Stop : track.Plan.SentStop;
            if (track.Trail.IsHit(resting, isLong ? low : high))
            {
                return false;
            }

            track.State = track.Trail.Advance(track.State, isLong ? high : low);
            if (mode == TrailMode.Resting)
            {
                var wanted = track.State.Stop;
                if (wanted != track.Plan.SentStop
                    && ProtectionCycle.MayMove(track.Plan.SentStop, wanted, track.Plan.StopMovedAt, new Timestamp(timeMs), track.Plan.Instrument))
                {
                    return false;
                }
            }

            if (track.Leads)
            {
                var shown = mode == TrailMode.Ideal ? track.State.Stop : track.Plan.SentStop;
                _stops[row] = shown == 0 ? double.NaN : new Price(shown).ToDouble();
            }
        }

        return true;
    }

    private sealed class Track(TradePlan plan, StopTrail trail)
    {
        public TradePlan Plan { get; } = plan;
        public StopTrail Trail { get; } = trail;
        public StopState State { get; set; }
        public bool Leads { get; init; }
    }
}
