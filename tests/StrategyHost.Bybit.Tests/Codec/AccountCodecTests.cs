using System.Text.Json;
using StrategyHost.Bybit.Codec;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using Xunit;

namespace StrategyHost.Bybit.Tests.Codec;

// The rows are the composed samples of the wire reference.
public sealed class AccountCodecTests
{
    private static readonly AccountCodec Codec = new(AccountId.Mirror);
    private static readonly Symbol Xyz = new("XYZUSDT");

    private const string OrderJson =
        """
        {"category":"linear","symbol":"XYZUSDT","orderId":"7a0c","orderLinkId":"sh-1-e","side":"Buy","orderType":"Limit","price":"1.0000",
        "qty":"10","timeInForce":"GTC","orderStatus":"PartiallyFilled","positionIdx":0,"cumExecQty":"4","avgPrice":"1",
        "cancelType":"UNKNOWN","rejectReason":"EC_NoError","stopOrderType":"","triggerPrice":"","triggerDirection":0,"triggerBy":"",
        "reduceOnly":false,"createType":"CreateByUser","createdTime":"1700000000200","updatedTime":"1700000000304"}
        """;

    private const string ExecutionJson =
        """
        {"category":"linear","symbol":"XYZUSDT","orderId":"7a0c","orderLinkId":"sh-1-e","side":"Buy","orderPrice":"1.0000","orderQty":"10",
        "leavesQty":"6","orderType":"Limit",
        "stopOrderType":"UNKNOWN","execId":"e-1","execPrice":"1.0000","execQty":"4","execValue":"4.0000",
        "execFee":"0.0008","feeRate":"0.0002","feeCurrency":"USDT","execType":"Trade","execPnl":"0","closedSize":"0","isMaker":true,
        "execTime":"1700000000303","seq":9007,"createType":"CreateByUser"}
        """;

    [Fact]
    public void Order_is_translated_field_by_field() => Assert.Equal(
        new OrderReport
        {
            Account = AccountId.Mirror,
            At = new Timestamp(1_700_000_000_304),
            Symbol = Xyz,
            OrderId = new ExchangeOrderId("7a0c"),
            ClientOrderId = new ClientOrderId("sh-1-e"),
            Status = OrderStatus.PartiallyFilled,
            Side = Side.Buy,
            Type = OrderType.Limit,
            Quantity = Quantity.Of(10),
            FilledQuantity = Quantity.Of(4),
            Price = Price.Of(1),
            AveragePrice = 1,
        },
        Codec.Order(Order()).Value);

    public static TheoryData<string, Action<OrderRow>, Func<OrderReport, bool>> Orders => new()
    {
        { "status that is not known", r => r.OrderStatus = WireOrderStatus.Unknown, o => o.Status == OrderStatus.Unknown },
        {
            "spot's cancelled with fills", r => r.OrderStatus = WireOrderStatus.PartiallyFilledCanceled,
            o => o.Status == OrderStatus.Cancelled && o.FilledQuantity == Quantity.Of(4)
        },
        { "market order's protection price", r => r.OrderType = WireOrderType.Market, o => o.Price is null },
        { "trigger of zero", r => r.TriggerPrice = 0, o => o.TriggerPrice is null },
        { "trigger", r => r.TriggerPrice = 0.95m, o => o.TriggerPrice == Price.Of(0.95m) },
        { "hedge leg", r => r.PositionIdx = 2, o => o.PositionIdx == PositionIdx.HedgeShort },
        { "trailing", r => r.StopOrderType = WireStopOrderType.TrailingProfit, o => o.StopOrderType == StopOrderType.TrailingStop },
        { "liquidation", r => r.CreateType = "CreateByLiq", o => o.StopOrderType == StopOrderType.Liquidation },
        { "reject reason", r => r.RejectReason = "EC_PostOnlyWillTakeLiquidity", o => o.Reason == "EC_PostOnlyWillTakeLiquidity" },
        { "cancel type", r => (r.RejectReason, r.CancelType) = ("EC_PerCancelRequest", "CancelByUser"), o => o.Reason == "CancelByUser" },
        { "no reason", r => r.CancelType = "", o => o.Reason.Length == 0 },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Order_field_is_read_as_documented(string name, Action<OrderRow> change, Func<OrderReport, bool> expected)
    {
        var row = Order();
        change(row);

        Assert.True(expected(Codec.Order(row).Value), name);
    }

    [Fact]
    public void Order_of_a_kind_that_is_not_known_is_refused_with_every_error()
    {
        var row = Order();
        row.StopOrderType = WireStopOrderType.Unknown;
        row.Side = WireSide.None;
        row.OrderId = "";

        Assert.Equal(["orderId", "side", "stopOrderType"], Codec.Order(row).Errors.Select(e => e.Field).Order());
    }

    [Fact]
    public void Fill_is_translated_field_by_field() => Assert.Equal(
        new FillReport
        {
            Account = AccountId.Mirror,
            At = new Timestamp(1_700_000_000_303),
            Symbol = Xyz,
            ExecutionId = new ExecutionId("e-1"),
            OrderId = new ExchangeOrderId("7a0c"),
            ClientOrderId = new ClientOrderId("sh-1-e"),
            Side = Side.Buy,
            Price = Price.Of(1),
            Quantity = Quantity.Of(4),
            Fee = 0.0008m,
            FeeRate = 0.0002m,
            IsMaker = true,
            PositionIdx = PositionIdx.HedgeLong,
        },
        Codec.Execution(Execution(), PositionIdx.HedgeLong).Value);

    [Fact]
    public void Paid_funding_is_positive()
    {
        var row = Execution();
        (row.ExecType, row.ExecFee, row.FeeRate, row.OrderType) = (WireExecType.Funding, 0.0010021m, 0.0001m, WireOrderType.None);

        var report = Assert.IsType<FundingReport>(Codec.Execution(row, PositionIdx.OneWay).Value);

        Assert.Equal((0.0010021m, 0.0001m), (report.Amount, report.Rate));
    }

    [Theory]
    [InlineData(WireExecType.MovePosition)]
    [InlineData(WireExecType.CorporateAction)]
    [InlineData(WireExecType.Unknown)]
    public void Execution_that_the_host_does_not_book_is_refused(WireExecType type)
    {
        var row = Execution();
        row.ExecType = type;

        Assert.Equal("execType", Assert.Single(Codec.Execution(row, PositionIdx.OneWay).Errors).Field);
    }

    [Fact]
    public void Fast_execution_without_fee_is_refused()
    {
        var row = Execution();
        (row.ExecFee, row.FeeRate) = (null, null);

        Assert.Equal(["execFee", "feeRate"], Codec.Execution(row, PositionIdx.OneWay).Errors.Select(e => e.Field));
    }

    [Fact]
    public void Position_average_stands_under_another_name_in_each_source()
    {
        var row = new PositionRow
        {
            Symbol = "XYZUSDT",
            PositionIdx = 0,
            Side = WireSide.Sell,
            Size = 10,
            AvgPrice = 1.5m,
            StopLoss = 0.97m,
            TrailingStop = 0,
            UpdatedTime = 7,
        };
        var ofRest = Codec.PositionOfRest(row, new Timestamp(9));

        Assert.Equal((PositionSide.Short, 1.5m, Price.Of(0.97m)), (ofRest.Value.Side, ofRest.Value.AveragePrice, ofRest.Value.StopLoss));
        Assert.Null(ofRest.Value.TrailingDistance);
        Assert.Equal(new Timestamp(7), ofRest.Value.At);
        Assert.Equal("entryPrice", Assert.Single(Codec.PositionOfStream(row, new Timestamp(9)).Errors).Field);
    }

    [Fact]
    public void Flat_position_with_blanks_everywhere_is_read()
    {
        var json = """{"data":[{"symbol":"XYZUSDT","positionIdx":2,"side":"","size":"0","entryPrice":"","updatedTime":""}]}""";
        var row = JsonSerializer.Deserialize(json, BybitJson.Default.PositionMessage)!.Data![0];

        var report = Codec.PositionOfStream(row, new Timestamp(9)).Value;

        Assert.Equal((Quantity.Zero, PositionSide.Short, new Timestamp(9)), (report.Size, report.Side, report.At));
    }

    [Fact]
    public void Wallet_balance_is_that_of_usdt()
    {
        var row = new WalletRow { Coin = [new() { Coin = "BTC", WalletBalance = 1 }, new() { Coin = "USDT", WalletBalance = 999.998m }] };

        Assert.Equal(999.998m, Codec.Wallet(row, default).Value.Balance);
        Assert.False(Codec.Wallet(new WalletRow { Coin = [] }, default).IsOk);
    }

    private static OrderRow Order() =>
        JsonSerializer.Deserialize("{\"data\":[" + OrderJson + "]}", BybitJson.Default.OrderMessage)!.Data![0];

    private static ExecutionRow Execution() =>
        JsonSerializer.Deserialize("{\"data\":[" + ExecutionJson + "]}", BybitJson.Default.ExecutionMessage)!.Data![0];
}
