using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Executions of a one-way account that were told before others that belong in front of them. The exchange says of each how much of it
/// closed; what opened although the plans show a position of the other side waits here until that one's end has been told, and what closed
/// although no plan shows anything waits for the execution that opened it. 1. An opening and a later closing of its side belong together.
/// 2. Nothing that waits is part of a plan's position. Only <see cref="FillDesk"/> calls it.
/// </summary>
internal sealed class LateFills(AccountKernel account)
{
    /// <summary>How many of each wait; the oldest goes first.</summary>
    private const int Max = 64;

    private readonly List<SavedLate> _openings = [];
    private readonly List<SavedLate> _closings = [];

    /// <summary>Opened, and a position of the other side is still believed.</summary>
    public IReadOnlyList<SavedLate> Openings
    {
        get => _openings;
        set => _openings.AddRange(value);
    }

    /// <summary>Closed what no plan holds: an execution that was not told yet had opened it, or somebody else had.</summary>
    public IReadOnlyList<SavedLate> Closings
    {
        get => _closings;
        set => _closings.AddRange(value);
    }

    /// <summary>Gives back the one that had to go for it.</summary>
    public SavedLate? Hold(FillReport fill, Quantity opened, Timestamp? oppositeSince) =>
        Add(_openings, new SavedLate(fill, opened) { IsPast = oppositeSince is { } since && fill.At < since });

    /// <summary>Something of the plan waits that may be its position yet.</summary>
    public bool Holds(TradePlan plan) => _openings.Count > 0 && _openings.Exists(o => !o.IsPast && IsOf(o, plan));

    /// <summary>As <see cref="Holds"/>, or it was the plan's position and has gone again, which waits to be told.</summary>
    public bool Had(TradePlan plan) => _openings.Count > 0 && _openings.Exists(o => IsOf(o, plan));

    /// <summary>What a plan's position will have cost when what waits for it comes, in quote currency.</summary>
    public decimal Value(TradePlan plan)
    {
        var value = 0m;
        for (var i = 0; i < _openings.Count; i++)
        {
            var opening = _openings[i];
            value += !opening.IsPast && IsOf(opening, plan) ? opening.Rest.Notional(opening.Fill.Price) : 0m;
        }

        return value;
    }

    private bool IsOf(SavedLate opening, TradePlan plan) => account.Find(opening.Fill.ClientOrderId)?.Plan == plan;

    public void Closed(FillReport fill, Quantity closed)
    {
        if (!closed.IsZero)
        {
            Add(_closings, new SavedLate(fill, closed));
        }
    }

    /// <summary>
    /// A closing of what an execution opened that is told only now, as far as it is not placed yet; null: none. Without a position of the
    /// other side in its way, something else must say that it is gone: the closing was an order of ours, or the exchange shows no more on
    /// its side than the plans hold without it.
    /// </summary>
    public SavedLate? Closing(FillReport opening, Quantity rest, bool isHeld) => _closings.Find(c => c.Fill.Symbol == opening.Symbol
        && c.Fill.PositionIdx == opening.PositionIdx && c.Fill.Side != opening.Side && c.Fill.At >= opening.At
        && (isHeld || account.Find(c.Fill.ClientOrderId) is not null || IsGone(opening, rest)));

    /// <summary>Takes a part of a closing that waited.</summary>
    public void Take(SavedLate closing, Quantity part) => Less(_closings, closing, part);

    /// <summary>Takes a part of an opening that waited.</summary>
    public void Release(SavedLate opening, Quantity part) => Less(_openings, opening, part);

    private bool IsGone(FillReport opening, Quantity rest)
    {
        if (account.Observed is not { } observed)
        {
            return false;
        }

        var side = opening.Side.Opens();
        var position = observed.Position(opening.Symbol, opening.PositionIdx);
        var shown = position?.Side == side ? position.Size.Units : 0;
        var held = account.Plans.Where(p => p.Symbol == opening.Symbol && p.PositionIdx == opening.PositionIdx && p.Side == side)
            .Sum(p => p.Size.Units);
        return shown < held + rest.Units;
    }

    private static void Less(List<SavedLate> of, SavedLate late, Quantity part)
    {
        var index = of.IndexOf(late);
        if (part < late.Rest)
        {
            of[index] = late with { Rest = late.Rest - part };
        }
        else
        {
            of.RemoveAt(index);
        }
    }

    private static SavedLate? Add(List<SavedLate> to, SavedLate late)
    {
        to.Add(late);
        var first = to.Count > Max ? to[0] : null;
        if (first is not null)
        {
            to.RemoveAt(0);
        }

        return first;
    }
}
