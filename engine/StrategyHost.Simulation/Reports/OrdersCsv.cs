using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Reports;

/// <summary>
/// <c>orders.csv</c>: one row per order of all accounts in the order of their Seq; columns fixed by contracts §1. Its bytes are what
/// <c>orderListHash</c> is about, so two runs are equal exactly when their hashes are.
/// </summary>
public static class OrdersCsv
{
    public const string Header = "seq,time,account,strategy,orderLinkId,symbol,side,type,quantity,price,triggerPrice,reduceOnly,"
        + "role,status,filledQuantity,averagePrice,fee,reason";

    private const int BytesPerRow = 192;

    public static void Write(IBufferWriter<byte> output, IReadOnlyList<OrderRecord> orders)
    {
        Encoding.UTF8.GetBytes(Header + "\n", output);
        var csv = new CsvWriter(output);
        foreach (var order in orders)
        {
            csv.Number(order.Seq).Time(order.Time).Text(order.Account.Name).Text(order.Strategy.Name).Text(order.OrderLinkId)
                .Text(order.Symbol.Name).Text(order.Side.Text()).Text(order.Type).Quantity(order.Quantity).Price(order.Price)
                .Price(order.TriggerPrice).Flag(order.ReduceOnly).Text(order.Role).Text(order.Status).Quantity(order.FilledQuantity)
                .Number(order.AveragePrice).Number(order.Fee).Text(order.Reason).EndRow();
        }
    }

    /// <summary>The file as bytes.</summary>
    public static byte[] ToBytes(IReadOnlyList<OrderRecord> orders)
    {
        using var buffer = new PooledBuffer((orders.Count + 1) * BytesPerRow);
        Write(buffer, orders);
        return buffer.Written.ToArray();
    }

    /// <summary>Lower-case SHA-256 of the file's bytes; the same orders always give the same 64 characters.</summary>
    public static string Hash(IReadOnlyList<OrderRecord> orders)
    {
        using var buffer = new PooledBuffer((orders.Count + 1) * BytesPerRow);
        Write(buffer, orders);
        return Convert.ToHexStringLower(SHA256.HashData(buffer.Written));
    }
}
