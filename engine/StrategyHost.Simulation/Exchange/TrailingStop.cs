using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange.Saved;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// The exchange's own trailing stop of a position (bybit-v5 §7.4): follows the last price only, never loosens, fires on a retracement by
/// its distance from the best price since it was armed. Units of 1e-9; distance 0: none.
/// </summary>
internal sealed class TrailingStop
{
    public long Number { get; private set; }
    public long Distance { get; private set; }

    /// <summary>Armed when the last price reaches it; 0: at once.</summary>
    public long Activation { get; private set; }
    public bool IsArmed { get; private set; }
    public long Extreme { get; private set; }

    public void Set(long number, long distance, long activation, long last)
    {
        Number = number;
        Distance = distance;
        Activation = activation;
        IsArmed = activation == 0;
        Extreme = IsArmed ? last : 0;
    }

    /// <summary>Another distance under the same extreme.</summary>
    public void Resize(long distance) => Distance = distance;

    public void Clear()
    {
        Distance = 0;
        Activation = 0;
        IsArmed = false;
        Extreme = 0;
    }

    public SavedTrailing Save() => new(Number, Distance, Activation, IsArmed, Extreme);

    public void Restore(SavedTrailing saved) =>
        (Number, Distance, Activation, IsArmed, Extreme) = (saved.Number, saved.Distance, saved.Activation, saved.IsArmed, saved.Extreme);

    /// <summary>Takes a traded price: arms, or moves the extreme.</summary>
    public void Follow(PositionSide side, long price)
    {
        if (Distance == 0)
        {
            return;
        }

        if (!IsArmed)
        {
            IsArmed = side == PositionSide.Long ? price >= Activation : price <= Activation;
            Extreme = IsArmed ? price : 0;
            return;
        }

        Extreme = side == PositionSide.Long ? Math.Max(Extreme, price) : Math.Min(Extreme, price);
    }

    /// <summary>Where it would fire now; null while not armed.</summary>
    public long? Trigger(PositionSide side) => Distance == 0 || !IsArmed ? null : Extreme - (side.Sign() * Distance);
}
