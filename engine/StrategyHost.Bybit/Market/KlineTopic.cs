using System.Text.Json;
using StrategyHost.Bybit.Codec;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Market;

/// <summary>
/// Candles of one interval. 1. Closed ones are told once each, in order and without a hole. 2. When one is missing, those after it wait
/// until it was fetched. 3. The first one told is that which was open when the topic was wanted.
/// </summary>
internal sealed class KlineTopic : MarketTopic
{
    /// <summary>A closed candle is missed so long after its end: it is pushed late, and made late where nothing traded.</summary>
    public const int GraceMs = 3000;

    /// <summary>Fetched so long after its end, a candle is no news any more.</summary>
    private const int LateMs = 10_000;
    private const int RetryMs = 2000;
    private readonly SortedDictionary<long, Kline> _held = [];
    private long _lastStart;
    private long _retryAt;

    public KlineTopic(Symbol symbol, Interval interval, Timestamp serverNow)
        : base(symbol)
    {
        Interval = interval;
        _lastStart = interval.StartOf(serverNow).Ms - interval.Ms;
    }

    public Interval Interval { get; }

    public override Taken Take(ReadOnlySpan<byte> message)
    {
        var rows = JsonSerializer.Deserialize(message, BybitJson.Default.KlineMessage) ?? new StreamMessage<KlineRow[]>();
        var news = new List<MarketNews>();
        var errors = new List<Error>();
        foreach (var row in rows.Data ?? [])
        {
            var read = MarketCodec.Kline(row, rows.Topic ?? "");
            if (!read.IsOk)
            {
                errors.AddRange(read.Errors);
            }
            else if (read.Value.IsClosed && read.Value.Kline.Start > _lastStart)
            {
                _held[read.Value.Kline.Start] = read.Value.Kline;
                news.AddRange(Release(lateBefore: 0));
            }
            else if (!read.Value.IsClosed && read.Value.Kline.Start == _lastStart + Interval.Ms)
            {
                var at = new Timestamp(row.Timestamp ?? rows.Ts ?? row.Start ?? 0);
                news.Add(News(read.Value.Kline, isClosed: false, at, isLate: false));
            }
        }

        return new Taken(news, errors, false);
    }

    public override IReadOnlyList<MarketNews> Reconnected() => [];

    /// <summary>The start of the first candle that should have come; null: none, or it was asked for a moment ago.</summary>
    public Timestamp? MissingFrom(Timestamp now)
    {
        var next = _lastStart + Interval.Ms;
        if (now.Ms < _retryAt || (now.Ms < next + Interval.Ms + GraceMs && _held.Count == 0))
        {
            return null;
        }

        _retryAt = now.Ms + RetryMs;
        return new Timestamp(next);
    }

    /// <summary>Takes what was fetched and tells what it completes.</summary>
    public IReadOnlyList<MarketNews> Repaired(KlineBlock? block, Timestamp now)
    {
        for (var i = 0; i < (block?.Count ?? 0); i++)
        {
            if (block!.Start[i] > _lastStart)
            {
                _held[block.Start[i]] = block[i];
            }
        }

        return Release(now.Ms - LateMs);
    }

    private List<MarketNews> Release(long lateBefore)
    {
        var news = new List<MarketNews>();
        while (_held.Remove(_lastStart + Interval.Ms, out var kline))
        {
            _lastStart = kline.Start;
            var end = new Timestamp(kline.Start + Interval.Ms);
            news.Add(News(kline, isClosed: true, end, end.Ms < lateBefore));
        }

        return news;
    }

    private KlineNews News(Kline kline, bool isClosed, Timestamp at, bool isLate) => new(Interval, kline, isClosed)
    {
        Symbol = Symbol,
        At = at,
        IsLate = isLate,
    };
}
