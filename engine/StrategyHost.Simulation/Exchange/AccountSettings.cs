using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Leverage and position mode (Bybit V5 set-leverage, switch-mode, read 2026-07-24). Neither is reported; the answer tells.
/// </summary>
internal static class AccountSettings
{
    public static Refusal SetLeverage(Desk desk, decimal leverage)
    {
        if (leverage < 1 || leverage > desk.Market.Instrument.MaxLeverage)
        {
            return new Refusal(OrderRules.Parameter, $"leverage invalid: 1 to {desk.Market.Instrument.MaxLeverage}");
        }

        if (leverage == desk.Leverage)
        {
            return new Refusal(110043, "leverage not modified");
        }

        var before = desk.Leverage;
        Apply(desk, leverage);
        if (desk.Account.Available >= 0)
        {
            return Refusal.None;
        }

        Apply(desk, before);
        return new Refusal(110007, "ab not enough for this leverage");
    }

    public static Refusal SetPositionMode(Desk desk, PositionMode mode)
    {
        if (desk.PositionMode == mode)
        {
            return new Refusal(110025, "position mode is not modified");
        }

        if (Array.Exists(desk.Positions, p => !p.IsFlat))
        {
            return new Refusal(110024, "you have an existing position, so position mode cannot be switched");
        }

        if (desk.Orders.Count > 0)
        {
            return new Refusal(110028, "you have existing open orders, so position mode cannot be switched");
        }

        desk.PositionMode = mode;
        desk.Account.IsChanged = true;
        return Refusal.None;
    }

    private static void Apply(Desk desk, decimal leverage)
    {
        desk.Leverage = leverage;
        desk.Market.IsTouched = true;
        desk.Account.IsChanged = true;
        foreach (var position in desk.Positions)
        {
            Margin.Update(position);
        }
    }
}
