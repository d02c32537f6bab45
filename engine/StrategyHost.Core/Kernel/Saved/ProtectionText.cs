using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>Protection and sums in the canonical text: see <see cref="StateText"/>.</summary>
internal static class ProtectionText
{
    internal static StateWriter Add(this StateWriter to, ProtectionSpec x) => to
        .Said(x.Stop, Add).Said(x.Target, Add).Said(x.Trail, Add).Said(x.Breakeven, Add).Number((long)x.TriggerBy);

    internal static StateWriter Add(this StateWriter to, SavedTrail x) => to
        .Number((long)x.Side).Number(x.FixedStop?.Units).Money(x.Percent).Money(x.Amount).Number(x.Activation?.Units)
        .Number(x.BreakevenAt?.Units).Number(x.BreakevenStop?.Units);

    internal static StateWriter Add(this StateWriter to, SavedStop x) => to
        .Number(x.Extreme.Units).Flag(x.IsActivated).Number(x.Stop.Units).Number((long)x.Source);

    private static StateWriter Add(this StateWriter to, Level x) => to.Number((long)x.Kind).Money(x.Value);

    private static StateWriter Add(this StateWriter to, TargetSpec x) => to.Each(x.Rungs, Add);

    private static StateWriter Add(this StateWriter to, TrailSpec x) => to.Money(x.Percent).Money(x.Amount).Money(x.ActivationPrice);

    private static StateWriter Add(this StateWriter to, BreakevenSpec x) => to
        .Money(x.AfterPercent).Number(x.AfterTarget).Flag(x.OffsetFees);

    internal static StateWriter Add(this StateWriter to, SavedPart x) => to
        .Number(x.At.Ms).Number(x.Quantity.Units).Money(x.EntryValue).Money(x.ExitValue).Money(x.Fees).Money(x.Funding)
        .Money(x.Slippage);

    private static StateWriter Add(this StateWriter to, TargetRung x) => to.Add(x.Level).Money(x.SharePercent);
}
