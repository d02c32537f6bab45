using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>
/// One symbol's price: a walk with jumps, and the book around it. It draws the same whatever the accounts do. When faults are over it
/// stands still.
/// </summary>
internal sealed class SimMarket(Instrument instrument, decimal start, ulong seed, FaultPlan faults)
{
    private const int Levels = 4;
    private readonly Dice _dice = Dice.Of(seed, "market/" + instrument.Symbol.Name);
    private readonly double _swing = Dice.Of(seed, "swing/" + instrument.Symbol.Name).LogUniform(0.0002, 0.003);
    private double _price = (double)start;
    private int _events;

    public Instrument Instrument => instrument;
    public Symbol Symbol => instrument.Symbol;
    public Price Last { get; private set; } = Price.Of(start);
    public Depth Book { get; private set; } = new([], []);

    /// <summary>See <see cref="WorldOptions.Path"/>.</summary>
    public IReadOnlyList<double> Path { get; init; } = [];

    /// <summary>No more moves.</summary>
    public bool IsCalm { get; set; }

    public TradeBlock Next(long nowMs)
    {
        var (shock, size, side) = (Normal(), _dice.LogUniform(0.1, 30), _dice.Int(0, 1) == 0 ? 1 : -1);
        var jump = faults.Hits(FaultKind.Gap, Symbol.Name) ? (_dice.Int(0, 1) == 0 ? 1 : -1) * _dice.LogUniform(0.01, 0.09) : 0;
        if (Path.Count > 0)
        {
            _price = (double)start * (1 + (Path[Math.Min(_events++, Path.Count - 1)] / 100));
        }
        else if (!IsCalm)
        {
            // Drawn back to where it began, so that sizes stay what they were meant to be.
            var away = Math.Log(_price / (double)start);
            _price *= Math.Exp((shock * _swing) + jump - (away * 0.003));
        }

        Last = instrument.TickDown((decimal)_price);
        var isThin = faults.Hits(FaultKind.ThinBook, Symbol.Name);
        Book = Around(Last, isThin);
        var quantity = Math.Max(instrument.QtyStep.Units, instrument.FloorQuantity((decimal)(size * 1000 / _price)).Units);
        return new TradeBlock(Symbol, [nowMs], [Last.Units], [quantity], [(sbyte)side]);
    }

    private Depth Around(Price last, bool isThin)
    {
        var (tick, lot) = (instrument.TickSize.Units, instrument.QtyStep.Units);
        var unit = Math.Max(lot, instrument.FloorQuantity((decimal)((isThin ? 60 : 60_000) / _price)).Units);
        BookLevel[] Side(long from, long step)
        {
            var levels = new BookLevel[isThin ? 1 : Levels];
            for (var i = 0; i < levels.Length; i++)
            {
                levels[i] = new BookLevel(from + (i * step), unit * (i + 1));
            }

            return levels;
        }

        return new Depth(Side(last.Units, -tick), Side(last.Units + tick, tick));
    }

    /// <summary>Near enough to a normal deviate, from a fixed number of throws.</summary>
    private double Normal() => (_dice.Unit() + _dice.Unit() + _dice.Unit() + _dice.Unit() - 2) * Math.Sqrt(3);

    public sealed record Depth(IReadOnlyList<BookLevel> Bids, IReadOnlyList<BookLevel> Asks) : IDepth;
}
