using System.Diagnostics;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Versions of scripts that change while a run goes on. 1. Between hold and replacement nothing a version would hear is lost, and nothing
/// goes to both. 2. Index, name and leading account of a strategy stay: its plans find it.
/// </summary>
internal sealed class VersionDesk(MarketBoard market, StrategyLane[] lanes, CurrentSetups setups)
{
    public void Take(VersionInput input, EffectList effects)
    {
        switch (input)
        {
            case InstrumentsAdded added:
                foreach (var instrument in added.Instruments)
                {
                    market.Add(instrument);
                }

                break;
            case StrategyHeld held:
                Array.Find(lanes, l => l.Setup.Strategy == held.Strategy)?.Hold(held.Next);
                break;
            case StrategyReleased released:
                Array.Find(lanes, l => l.Setup.Strategy == released.Strategy)?.Release(released.At, effects);
                break;
            case StrategyReplaced replaced:
                Replace(replaced, effects);
                break;
            default:
                throw new UnreachableException(input.ToString());
        }
    }

    private void Replace(StrategyReplaced replaced, EffectList effects)
    {
        var setup = replaced.Setup;
        if (Array.Find(lanes, l => l.Setup.Strategy == setup.Strategy) is not { } lane)
        {
            return;
        }

        if (setup.Settings.Accounts != lane.Setup.Settings.Accounts || setup.Symbols.Any(s => !market.Knows(s)))
        {
            throw new UnreachableException($"{setup.Strategy} cannot change its account or take a symbol without an instrument");
        }

        setups.Replace(lane.Index, setup);
        lane.Replace(replaced, effects);
    }
}
