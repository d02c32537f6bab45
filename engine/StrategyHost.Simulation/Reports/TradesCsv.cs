using System.Buffers;
using System.Text;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Reports;

/// <summary>
/// <c>trades.csv</c>: one row per closed trade of all accounts in the order of their exits; columns fixed by contracts §1.
/// </summary>
public static class TradesCsv
{
    public const string Header = "account,strategy,symbol,side,tag,tranche,entryTime,entryPrice,exitTime,exitPrice,quantity,grossPnl,"
        + "fees,funding,slippage,netPnl,netPnlPercent,r,mae,mfe,exitReason,entryReason,signalId,scriptSha256";

    private const int BytesPerRow = 320;

    public static void Write(IBufferWriter<byte> output, IReadOnlyList<TradeRecord> trades)
    {
        Encoding.UTF8.GetBytes(Header + "\n", output);
        var csv = new CsvWriter(output);
        foreach (var trade in trades)
        {
            csv.Text(trade.Account.Name).Text(trade.Strategy.Name).Text(trade.Symbol.Name).Text(trade.Side.Text()).Text(trade.Tag)
                .Text(trade.Tranche).Time(trade.EntryTime).Number(trade.EntryPrice).Time(trade.ExitTime).Number(trade.ExitPrice)
                .Quantity(trade.Quantity).Number(trade.GrossPnl).Number(trade.Fees).Number(trade.Funding).Number(trade.Slippage)
                .Number(trade.NetPnl).Number(trade.NetPnlPercent).Number(trade.R).Number(trade.Mae).Number(trade.Mfe)
                .Text(trade.ExitReason.Text()).Text(trade.EntryReason).Text(trade.SignalId).Text(trade.ScriptSha256).EndRow();
        }
    }

    /// <summary>The file as bytes.</summary>
    public static byte[] ToBytes(IReadOnlyList<TradeRecord> trades)
    {
        using var buffer = new PooledBuffer((trades.Count + 1) * BytesPerRow);
        Write(buffer, trades);
        return buffer.Written.ToArray();
    }
}
