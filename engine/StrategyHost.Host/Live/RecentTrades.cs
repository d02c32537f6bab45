using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Host.Live;

/// <summary>
/// The newest trades of each symbol, for a new version that is tried on them before it trades. Values are copied in and copied out, so that
/// nothing that is done with them reaches what a trading version is given. A trade costs four stores. Only the loop's thread calls it.
/// </summary>
internal sealed class RecentTrades
{
    /// <summary>Trades of a symbol that are kept.</summary>
    public const int Max = 200;

    private readonly Dictionary<Symbol, Ring> _rings = [];

    public void Add(TradeBlock trades)
    {
        if (!_rings.TryGetValue(trades.Symbol, out var ring))
        {
            _rings.Add(trades.Symbol, ring = new Ring());
        }

        for (var i = Math.Max(0, trades.Count - Max); i < trades.Count; i++)
        {
            ring.Add(trades, i);
        }
    }

    /// <summary>A copy, oldest first.</summary>
    public TradeBlock Of(Symbol symbol) => _rings.GetValueOrDefault(symbol)?.Copy(symbol) ?? new TradeBlock(symbol, [], [], [], []);

    private sealed class Ring
    {
        private readonly long[] _time = new long[Max];
        private readonly long[] _price = new long[Max];
        private readonly long[] _size = new long[Max];
        private readonly sbyte[] _side = new sbyte[Max];
        private int _next;
        private int _count;

        public void Add(TradeBlock from, int row)
        {
            (_time[_next], _price[_next], _size[_next], _side[_next]) = (from.Time[row], from.Price[row], from.Size[row], from.Side[row]);
            _next = (_next + 1) % Max;
            _count = Math.Min(_count + 1, Max);
        }

        public TradeBlock Copy(Symbol symbol) => new(symbol, Copy(_time), Copy(_price), Copy(_size), Copy(_side));

        private T[] Copy<T>(T[] column)
        {
            var copy = new T[_count];
            for (var i = 0; i < _count; i++)
            {
                copy[i] = column[(_next - _count + i + Max) % Max];
            }

            return copy;
        }
    }
}
