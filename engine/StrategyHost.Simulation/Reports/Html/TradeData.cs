using System.Text.Json;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Reports.Html;

/// <summary>Trades as rows of values in a fixed order, which <c>report.js</c> names again.</summary>
internal static class TradeData
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<TradeRecord> trades)
    {
        writer.WriteStartArray("trades");
        foreach (var trade in trades)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(trade.EntryTime.Ms);
            writer.WriteNumberValue(trade.ExitTime.Ms);
            writer.WriteStringValue(ReportData.Short(trade.Strategy.Name));
            writer.WriteStringValue(ReportData.Short(trade.Symbol.Name));
            writer.WriteStringValue(trade.Side.Text());
            writer.Value(trade.Quantity.ToDouble());
            writer.Value((double)trade.EntryPrice);
            writer.Value((double)trade.ExitPrice);
            writer.Value(Rounded(trade.NetPnl));
            writer.Value(Rounded(trade.NetPnlPercent));
            writer.Value(Rounded(trade.R));
            writer.Value(Rounded(trade.Mae));
            writer.Value(Rounded(trade.Mfe));
            writer.Value(Rounded(trade.Fees));
            writer.Value(Rounded(trade.Funding));
            writer.Value(Rounded(trade.Slippage));
            writer.WriteStringValue(trade.ExitReason.Text());
            writer.Value(InitialStop(trade));
            writer.WriteStringValue(ReportData.Short(trade.Tag));
            writer.WriteStringValue(ReportData.Short(trade.EntryReason));
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <summary>
    /// The first stop's price, from R = net / (distance × quantity). Null without a stop, and where net is zero and R so says nothing.
    /// </summary>
    internal static double? InitialStop(TradeRecord trade)
    {
        if (trade.R is not { } multiple || multiple == 0 || trade.Quantity.IsZero)
        {
            return null;
        }

        var distance = Math.Abs((double)trade.NetPnl / (double)multiple) / trade.Quantity.ToDouble();
        return (double)trade.EntryPrice - (trade.Side.Sign() * distance);
    }

    private static double? Rounded(decimal? value) => value is { } number ? (double)decimal.Round(number, 8) : null;
}
