using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Rest;

/// <summary>One exchange of clock readings: our clock when the question left and when the answer came, the server's in between.</summary>
public readonly record struct ClockSample(Timestamp SentAt, Timestamp ReceivedAt, Timestamp ServerTime)
{
    public long RoundTripMs => ReceivedAt.Ms - SentAt.Ms;

    /// <summary>Server minus local, as if both ways took equally long.</summary>
    public long OffsetMs => ServerTime.Ms - SentAt.Ms - (RoundTripMs / 2);
}

/// <summary>
/// Estimate of the server's clock from the last samples; the one with the shortest round trip counts, because its error is bounded by half
/// of that trip. A value: it reads no clock, <see cref="Add"/> gives the next estimate. The REST client adds a sample at start, every few
/// minutes, and after any 10002, where it begins anew from <see cref="Unset"/>.
/// </summary>
public sealed class ServerClock
{
    /// <summary>Samples kept: enough to hold a quiet moment, few enough to follow a clock that was set.</summary>
    public const int SamplesMax = 8;

    public static readonly ServerClock Unset = new([]);

    private readonly ClockSample[] _samples;

    private ServerClock(ClockSample[] samples)
    {
        _samples = samples;
        var best = samples.Length == 0 ? default : samples.MinBy(s => s.RoundTripMs);
        OffsetMs = best.OffsetMs;
        UncertaintyMs = (best.RoundTripMs / 2) + 1;
    }

    public bool IsSet => _samples.Length > 0;

    /// <summary>Server minus local in ms; the truth lies within <see cref="UncertaintyMs"/> of it unless a clock was set since.</summary>
    public long OffsetMs { get; }
    public long UncertaintyMs { get; }

    /// <summary>The estimate with one more sample. An answer before its question is refused: the local clock was set.</summary>
    public ServerClock Add(ClockSample sample)
    {
        if (sample.RoundTripMs < 0)
        {
            return this;
        }

        var kept = _samples.Length < SamplesMax ? _samples : _samples[1..];
        return new ServerClock([.. kept, sample]);
    }

    public Timestamp Estimate(Timestamp local) => local.AddMs(OffsetMs);

    /// <summary>
    /// The timestamp to sign with: the latest moment that is surely not in the server's future. The server tolerates a stamp that is late
    /// by the receive window, but an early one by 1 s only (Bybit V5 guide, read 2026-07-24).
    /// </summary>
    public Timestamp Stamp(Timestamp local) => local.AddMs(OffsetMs - UncertaintyMs);
}
