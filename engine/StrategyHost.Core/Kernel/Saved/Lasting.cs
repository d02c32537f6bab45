namespace StrategyHost.Core.Kernel.Saved;

/// <summary>
/// The part of a saved state that every step saves when it changes. The rest moves with the market alone and goes along with the next
/// save: excursions, the best price of a trail, what a stop that was not sent yet would be, since when a target is passed, the equity last
/// seen, its peak and its falls.
/// </summary>
public static class Lasting
{
    public static SavedPlan Of(SavedPlan plan) => plan with
    {
        High = default,
        Low = default,
        FreshPrice = default,
        Stop = plan.Stop is { } stop ? stop with { Extreme = default, Stop = default } : null,
        InstantAt = null,
        Orders = [.. plan.Orders.Select(o => o with { TrailState = null, PassedAt = null })],
    };

    public static SavedAccount Of(SavedAccount account) => account with
    {
        Losses = account.Losses with { Last = 0, Peak = 0 },
        Books = account.Books with { Curve = null },
    };
}
