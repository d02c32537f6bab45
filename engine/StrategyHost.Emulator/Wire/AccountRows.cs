using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Trading;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Emulator.Wire;

/// <summary>Positions and the wallet as rows of REST lists and stream messages (Bybit V5, read 2026-07-24).</summary>
internal static class AccountRows
{
    private const decimal RiskLimit = 2_000_000m;

    /// <summary>Shared fields; REST calls the entry price avgPrice, the stream entryPrice.</summary>
    public static JsonObject Position(PositionState state, PositionRecord record, Instrument instrument, bool isStream)
    {
        var flat = state.Size.IsZero;
        var value = state.Size.Value * state.AveragePrice;
        var maintenance = Maintenance(state, instrument);
        var row = new JsonObject
        {
            ["positionIdx"] = (int)state.PositionIdx,
            ["symbol"] = state.Symbol.Name,
            ["side"] = flat ? "" : WireText.Of(state.Side),
            ["size"] = state.Size.ToString(),
            [isStream ? "entryPrice" : "avgPrice"] = flat ? "0" : WireText.Of(state.AveragePrice),
            ["positionValue"] = flat ? (isStream ? "0" : "") : WireText.Of(value),
            ["positionBalance"] = WireText.Money(state.InitialMargin),
            ["leverage"] = WireText.Of(state.Leverage),
            ["markPrice"] = state.MarkPrice.ToString(),
            ["liqPrice"] = flat ? "" : state.LiquidationPrice is { } level ? instrument.TickDown(level.Value).ToString() : "",
            ["bustPrice"] = "",
            ["breakEvenPrice"] = flat ? "0" : WireText.Of(BreakEven(state, instrument)),
            ["positionIM"] = WireText.Money(state.InitialMargin),
            ["positionIMByMp"] = WireText.Money(state.InitialMargin),
            ["positionMM"] = WireText.Money(maintenance),
            ["positionMMByMp"] = WireText.Money(maintenance),
            ["takeProfit"] = state.TakeProfit?.ToString() ?? "0",
            ["stopLoss"] = state.StopLoss?.ToString() ?? "0",
            ["trailingStop"] = state.TrailingDistance?.ToString() ?? "0",
            ["sessionAvgPrice"] = "",
            ["unrealisedPnl"] = WireText.Money(state.UnrealisedPnl),
            ["curRealisedPnl"] = WireText.Money(state.RealisedPnl),
            ["cumRealisedPnl"] = WireText.Money(record.CumRealised),
            ["positionStatus"] = "Normal",
            ["adlRankIndicator"] = flat ? 0 : 2,
            ["riskId"] = 1,
            ["riskLimitValue"] = WireText.Of(RiskLimit),
            ["tradeMode"] = 0,
            ["tpslMode"] = "Full",
            ["autoAddMargin"] = 0,
            ["isReduceOnly"] = false,
            ["mmrSysUpdatedTime"] = "",
            ["leverageSysUpdatedTime"] = "",
            ["createdTime"] = WireText.Of(record.CreatedMs),
            ["updatedTime"] = WireText.Of(record.UpdatedMs),
            ["openTime"] = flat ? 0 : state.OpenedAt.Ms,
            ["seq"] = record.Seq,
        };
        if (isStream)
        {
            row["category"] = "linear";
        }

        return row;
    }

    /// <summary>The wallet of a unified account; its one coin is USDT, others that are asked for by name show zero.</summary>
    public static JsonObject Wallet(AccountState state, decimal cumRealised, IReadOnlyList<string>? coins, bool isStream)
    {
        var unrealised = state.Equity - state.WalletBalance;
        var margin = state.PositionMargin + state.OrderMargin;
        return new JsonObject
        {
            ["accountType"] = "UNIFIED",
            ["accountLTV"] = "",
            ["totalEquity"] = WireText.Money(state.Equity),
            ["totalWalletBalance"] = WireText.Money(state.WalletBalance),
            ["totalMarginBalance"] = WireText.Money(state.Equity),
            ["totalAvailableBalance"] = WireText.Money(state.Available),
            ["totalPerpUPL"] = WireText.Money(unrealised),
            ["totalInitialMargin"] = WireText.Money(margin),
            ["totalInitialMarginByMp"] = WireText.Money(margin),
            ["totalMaintenanceMargin"] = WireText.Money(state.MaintenanceMargin),
            ["totalMaintenanceMarginByMp"] = WireText.Money(state.MaintenanceMargin),
            ["accountIMRate"] = Rate(margin, state.Equity),
            ["accountIMRateByMp"] = Rate(margin, state.Equity),
            ["accountMMRate"] = Rate(state.MaintenanceMargin, state.Equity),
            ["accountMMRateByMp"] = Rate(state.MaintenanceMargin, state.Equity),
            ["coin"] = new JsonArray([.. (coins ?? ["USDT"]).Select(c => (JsonNode)Coin(c, state, cumRealised, isStream))]),
        };
    }

    private static JsonObject Coin(string name, AccountState account, decimal cumRealised, bool isStream)
    {
        var isUsdt = name == "USDT";
        string Text(decimal value) => isUsdt ? WireText.Money(value) : "0";
        return new JsonObject
        {
            ["coin"] = name,
            ["equity"] = Text(account.Equity),
            ["usdValue"] = Text(account.Equity),
            ["walletBalance"] = Text(account.WalletBalance),
            ["free"] = "",
            ["locked"] = "0",
            ["borrowAmount"] = "0",
            ["spotBorrow"] = "0",
            ["accruedInterest"] = "0",
            ["totalOrderIM"] = Text(account.OrderMargin),
            ["totalPositionIM"] = Text(account.PositionMargin),
            ["totalPositionMM"] = Text(account.MaintenanceMargin),
            ["unrealisedPnl"] = Text(account.Equity - account.WalletBalance),
            ["cumRealisedPnl"] = Text(cumRealised),
            ["bonus"] = "0",
            ["collateralSwitch"] = true,
            ["marginCollateral"] = true,
            ["spotHedgingQty"] = "0",
            ["availableToWithdraw"] = isStream ? Text(account.Available) : "",
            ["availableToBorrow"] = "",
        };
    }

    private static string Rate(decimal part, decimal whole) => whole <= 0 ? "0" : WireText.Of(decimal.Round(part / whole, 4));

    /// <summary>Maintenance margin at mark with the fee to close at the bankruptcy price (bybit-v5 §7.7).</summary>
    private static decimal Maintenance(PositionState state, Instrument instrument)
    {
        var value = state.Size.Value * state.MarkPrice.Value;
        var closing = value * (1 - (state.Side.Sign() / state.Leverage)) * instrument.TakerFee;
        return (value * instrument.MaintenanceMarginRate) + closing;
    }

    private static decimal BreakEven(PositionState state, Instrument instrument)
    {
        var size = state.Size.Value;
        var sign = state.Side.Sign();
        return ((state.AveragePrice * size * sign) - state.RealisedPnl) / ((size * sign) - (size * instrument.TakerFee));
    }
}
