using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Host.Live;

/// <summary>
/// Symbols of which nothing is heard although the stream may be up: their entries are refused until something comes. Bybit tells each
/// running candle at least once a minute ("1-60s", V5 websocket kline, read 2026-07-24). Only the loop's thread calls it.
/// </summary>
internal sealed class SilentMarkets
{
    /// <summary>How long a symbol may say nothing, in ms; longer than the longest pause that the exchange promises.</summary>
    public const long SilenceMs = 75_000;

    private const string Source = "Market";
    private readonly Dictionary<Symbol, Timestamp> _heard = [];
    private readonly List<Symbol> _silent = [];

    /// <summary>When the next symbol becomes silent if nothing comes.</summary>
    public Timestamp NextDue { get; private set; } = Timestamp.MaxValue;

    /// <summary>What is silent now, and since when.</summary>
    public IEnumerable<(Symbol Symbol, Timestamp Since)> Silent => _silent.Select(s => (s, _heard[s]));

    /// <summary>Something came: a symbol that was silent is ready again.</summary>
    public IEnumerable<EngineInput> Heard(Symbol symbol, Timestamp at)
    {
        _heard[symbol] = at;
        NextDue = NextDue < at.AddMs(SilenceMs) ? NextDue : at.AddMs(SilenceMs);
        return _silent.Remove(symbol)
            ? [new ReadinessChanged(null, symbol, Source, true, "its market is heard again") { At = at }]
            : [];
    }

    /// <summary>Symbols that have said nothing for too long.</summary>
    public IEnumerable<EngineInput> PassTime(Timestamp at)
    {
        if (at < NextDue)
        {
            return [];
        }

        var late = _heard.Where(h => h.Value.AddMs(SilenceMs) <= at).Select(h => h.Key).Except(_silent).ToArray();
        _silent.AddRange(late);
        var next = _heard.Where(h => !_silent.Contains(h.Key)).Select(h => h.Value.AddMs(SilenceMs));
        NextDue = next.DefaultIfEmpty(Timestamp.MaxValue).Min();
        return late.Select(s => new ReadinessChanged(null, s, Source, false, $"nothing was heard of its market for {SilenceMs / 1000} s")
        {
            At = at,
        });
    }
}
