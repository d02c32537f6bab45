using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Reports;
using Xunit;

namespace StrategyHost.Simulation.Tests.Reports;

public sealed class CsvTests
{
    private const string OrdersHeader = "seq,time,account,strategy,orderLinkId,symbol,side,type,quantity,price,triggerPrice,reduceOnly,"
        + "role,status,filledQuantity,averagePrice,fee,reason";

    private const string TradesHeader = "account,strategy,symbol,side,tag,tranche,entryTime,entryPrice,exitTime,exitPrice,quantity,"
        + "grossPnl,fees,funding,slippage,netPnl,netPnlPercent,r,mae,mfe,exitReason,entryReason,signalId,scriptSha256";

    [Fact]
    public void Orders_csv_has_the_columns_of_the_contract_and_a_row_per_order()
    {
        var run = FakeRun.Of(1, 20);
        var rows = Parse(OrdersCsv.ToBytes(run.Orders));

        Assert.Equal(OrdersHeader.Split(','), rows[0]);
        Assert.Equal(run.Orders.Count + 1, rows.Count);
        Assert.All(rows, row => Assert.Equal(rows[0].Count, row.Count));
    }

    [Fact]
    public void Trades_csv_has_the_columns_of_the_contract_and_a_row_per_trade()
    {
        var run = FakeRun.Of(1, 20);
        var rows = Parse(TradesCsv.ToBytes(run.Trades));

        Assert.Equal(TradesHeader.Split(','), rows[0]);
        Assert.Equal(run.Trades.Count + 1, rows.Count);
        var net = rows.Skip(1).Sum(r => decimal.Parse(r[15], CultureInfo.InvariantCulture));
        Assert.Equal(run.Trades.Sum(t => decimal.Round(t.NetPnl, 12)), net);
    }

    [Fact]
    public void Order_row_is_written_field_by_field()
    {
        var order = FakeRun.Of(1, 20).Orders[0] with
        {
            Seq = 7,
            Time = new Timestamp(1_735_689_600_123),
            Quantity = Quantity.Of(0.000000001m),
            FilledQuantity = Quantity.Of(1.50m),
            Price = Price.Of(40000m),
            TriggerPrice = null,
            AveragePrice = 100m / 3,
            Fee = 0.10m,
            Reason = "a, \"b\"",
        };

        var line = Encoding.UTF8.GetString(OrdersCsv.ToBytes([order])).Split('\n')[1];

        Assert.StartsWith("7,2025-01-01T00:00:00.123Z,main,enhanced_sma,sh-00001,BTCUSDT,", line, StringComparison.Ordinal);
        Assert.EndsWith(",0.000000001,40000,,false,entry,filled,1.5,33.333333333333,0.1,\"a, \"\"b\"\"\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public void File_has_no_mark_and_no_carriage_return_and_ends_with_a_line_feed()
    {
        var bytes = OrdersCsv.ToBytes(FakeRun.Of(1, 20).Orders);

        Assert.Equal((byte)'s', bytes[0]);
        Assert.DoesNotContain((byte)'\r', bytes);
        Assert.Equal((byte)'\n', bytes[^1]);
    }

    [Fact]
    public void Hash_is_that_of_the_bytes_and_the_same_each_time()
    {
        var orders = FakeRun.Of(5, 20).Orders;
        var hash = OrdersCsv.Hash(orders);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(OrdersCsv.ToBytes(orders))), hash);
        Assert.Equal(hash, OrdersCsv.Hash(FakeRun.Of(5, 20).Orders));
    }

    [Fact]
    public void Hash_changes_with_any_order()
    {
        var orders = FakeRun.Of(5, 20).Orders;
        var changed = orders.Select((o, i) => i == 3 ? o with { Reason = "x" } : o).ToArray();

        Assert.NotEqual(OrdersCsv.Hash(orders), OrdersCsv.Hash(changed));
    }

    [Fact]
    public void Any_text_survives_the_round_trip()
    {
        var pieces = Gen.Elements("a", ",", "\"", "\n", "\r", " ", "é", "=1+1", "𝄞", "");
        var texts = pieces.ArrayOf().Select(string.Concat).ArrayOf(4);

        Prop.ForAll(texts.ToArbitrary(), fields =>
        {
            var buffer = new ArrayBufferWriter<byte>();
            var csv = new CsvWriter(buffer);
            csv.Text("first").Text(fields[0]).Text(fields[1]).Text(fields[2]).Text(fields[3]).EndRow();
            return Parse(buffer.WrittenSpan.ToArray())[0].Skip(1).SequenceEqual(fields);
        }).QuickCheckThrowOnFailure();
    }

    public static TheoryData<string, string> Decimals => new()
    {
        { "0", "0" },
        { "-0.0000000000001", "0" },
        { "1.50", "1.5" },
        { "100", "100" },
        { "-12.000", "-12" },
        { "0.000000000001", "0.000000000001" },
        { "79228162514264337593543950335", "79228162514264337593543950335" },
        { "0.3333333333333333333333333333", "0.333333333333" },
    };

    [Theory]
    [MemberData(nameof(Decimals))]
    public void Decimal_text_is_plain(string value, string expected) =>
        Assert.Equal(expected, DecimalText.Of(decimal.Parse(value, CultureInfo.InvariantCulture)));

    /// <summary>A reader of RFC 4180 of its own, so that writer and reader cannot share a mistake.</summary>
    private static List<List<string>> Parse(byte[] bytes)
    {
        var (rows, row, field, quoted) = (new List<List<string>>(), new List<string>(), new StringBuilder(), false);
        var text = Encoding.UTF8.GetString(bytes);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] == '"':
                    field.Append('"');
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    row.Add(field.ToString());
                    field.Clear();
                    break;
                case '\n' when !quoted:
                    row.Add(field.ToString());
                    field.Clear();
                    rows.Add(row);
                    row = [];
                    break;
                default:
                    field.Append(text[i]);
                    break;
            }
        }

        return rows;
    }
}
