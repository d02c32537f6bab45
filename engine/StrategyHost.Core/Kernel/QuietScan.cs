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
        if (plan.IsStopForced || plan.Leg.IsShared || plan.Leg.RetryAt is not null || plan.MustClose is not null
            || plan.Spec.TriggerBy != TriggerBy.Last || plan.Trail is null || ExitTrails.Any(plan)
            || InstantTargets.Forbids(plan))
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
            var row = new Row(block.Low[i], block.High[i], block.Close[i], block.Start[i] + block.Interval.Ms);
            if (row.Low <= bounds.Low || row.High >= bounds.High || block.Start[i] > until || !Pass(row, i - from))
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
            if (price <= bounds.Low || price >= bounds.High || block.Time[i] >= until
                || !Pass(new Row(price, price, price, block.Time[i]), i - from))
            {
                return i - from;
            }
        }

        return last - from;
    }

    /// <summary>False when the row hits a stop or lets a resting one move.</summary>
    private bool Pass(in Row row, int index)
    {
        foreach (var track in _tracks)
        {
            if (!track.Holds(row.Low, row.High) && !Touch(track, row))
            {
                return false;
            }

            if (track.Leads)
            {
                _stops[index] = track.Shown;
            }
        }

        return true;
    }

    /// <summary>
    /// As <see cref="Pass"/>, for a row that moves a trail or meets its stop; a close beyond the moved stop ends the position.
    /// </summary>
    private bool Touch(Track track, in Row row)
    {
        var plan = track.Plan;
        var isLong = plan.Side == PositionSide.Long;
        if (track.Trail.IsHit(Resting(track), isLong ? row.Low : row.High))
        {
            return false;
        }

        track.State = track.Trail.Advance(track.State, isLong ? row.High : row.Low);
        var wanted = track.State.Stop;
        if (track.State.Source == StopSource.Breakeven && plan is { Follower: not null, Mirror.IsAtBreakeven: false })
        {
            return false; // the mirror's stop goes along
        }

        var mayMove = mode == TrailMode.Resting && wanted != plan.SentStop
            && ProtectionCycle.MayMove(plan.SentStop, wanted, plan.Leg.StopMovedAt, new Timestamp(row.Ms), plan.Instrument);
        track.Settle(Resting(track), isWaiting: mode == TrailMode.Resting && wanted != plan.SentStop);
        return !mayMove && !track.Trail.IsHit(Resting(track), row.Close);
    }

    private long Resting(Track track) => mode == TrailMode.Ideal ? track.State.Stop : track.Plan.SentStop;

    private readonly record struct Row(long Low, long High, long Close, long Ms);

    private sealed class Track(TradePlan plan, StopTrail trail)
    {
        private long _low = long.MaxValue;
        private long _high = long.MinValue;

        public TradePlan Plan { get; } = plan;
        public StopTrail Trail { get; } = trail;
        public StopState State { get; set; }
        public bool Leads { get; init; }

        /// <summary>The stop that a script sees.</summary>
        public double Shown { get; private set; }

        /// <summary>A row between these prices neither meets the stop nor is a new extreme.</summary>
        public bool Holds(long low, long high) => low >= _low && high <= _high;

        /// <summary>Computes those prices; none hold while a wanted move waits for its time.</summary>
        public void Settle(long resting, bool isWaiting)
        {
            var isLong = Plan.Side == PositionSide.Long;
            Shown = resting == 0 ? double.NaN : new Price(resting).ToDouble();
            _low = isWaiting ? long.MaxValue : !isLong ? State.Extreme : resting == 0 ? long.MinValue : resting + 1;
            _high = isLong ? State.Extreme : resting == 0 ? long.MaxValue : resting - 1;
        }
    }
}
