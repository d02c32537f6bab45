using System.Text.Json;
using StrategyHost.Bybit.Codec;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Bybit.Tests.Codec;

// Recorded rows of linear contracts must pass the codec, not only the reader.
public sealed class RecordedRowsTests
{
    private static readonly AccountCodec Codec = new(AccountId.Main);
    private static readonly BybitJson Json = BybitJson.Default;

    [SharedTheory]
    [InlineData("nautilus/ws_account_order.json", OrderStatus.Cancelled)]
    [InlineData("nautilus/ws_account_order_filled.json", OrderStatus.Filled)]
    [InlineData("nautilus/ws_account_order_partially_filled_rejected.json", OrderStatus.Rejected)]
    [InlineData("nautilus/ws_account_order_stop_limit.json", OrderStatus.Untriggered)]
    [InlineData("nautilus/ws_account_order_stop_loss.json", OrderStatus.Untriggered)]
    [InlineData("nautilus/ws_account_order_buy_stop_market.json", OrderStatus.Untriggered)]
    public void Stream_order_is_translated(string file, OrderStatus status)
    {
        var message = Read(file, Json.OrderMessage);

        Assert.All(message.Data!, row => Assert.Equal(status, Codec.Order(row).Value.Status));
    }

    [SharedTheory]
    [InlineData("docs/order_open-order.1.json")]
    [InlineData("docs/order_order-list.1.json")]
    [InlineData("nautilus/http_get_orders_history.json")]
    [InlineData("nautilus/http_get_orders_realtime.json")]
    [InlineData("nautilus/http_get_orders_realtime_tp_sl.json")]
    [InlineData("nautilus/http_get_orders_history_with_duplicate.json")]
    [InlineData("nautilus/http_get_order_partially_filled_rejected.json")]
    public void Rest_orders_are_translated(string file) =>
        Assert.All(Read(file, Json.OrderReply).Result!.List!, row => Assert.Empty(Codec.Order(row).Errors));

    [SharedTheory]
    [InlineData("nautilus/ws_account_execution.json", ExecType.Trade)]
    [InlineData("nautilus/ws_account_execution_adl.json", ExecType.AdlTrade)]
    public void Stream_execution_is_translated(string file, ExecType type)
    {
        var row = Assert.Single(Read(file, Json.ExecutionMessage).Data!);

        var fill = Assert.IsType<FillReport>(Codec.Execution(row, PositionIdx.OneWay).Value);

        Assert.Equal((type, Side.Sell, Quantity.Of(0.5m)), (fill.ExecType, fill.Side, fill.ClosedQuantity));
    }

    [SharedFact]
    public void Rest_executions_are_translated() => Assert.All(
        Read("nautilus/http_get_executions.json", Json.ExecutionReply).Result!.List!,
        row => Assert.Empty(Codec.Execution(row, PositionIdx.OneWay).Errors));

    [SharedFact]
    public void Positions_of_both_sources_are_translated()
    {
        Assert.All(
            Read("nautilus/http_get_positions.json", Json.PositionReply).Result!.List!,
            row => Assert.Empty(Codec.PositionOfRest(row, default).Errors));
        var row = Assert.Single(Read("nautilus/ws_account_position.json", Json.PositionMessage).Data!);
        var report = Codec.PositionOfStream(row, default).Value;
        Assert.Equal((PositionSide.Short, 3641.075m, Quantity.Of(0.01m)), (report.Side, report.AveragePrice, report.Size));
    }

    [SharedFact]
    public void Instruments_are_translated() => Assert.All(
        Read("nautilus/http_get_instruments_linear.json", Json.InstrumentReply).Result!.List!,
        row => Assert.Empty(InstrumentCodec.Instrument(row).Errors));

    [SharedFact]
    public void Wallet_is_translated()
    {
        var row = Assert.Single(Read("nautilus/ws_account_wallet.json", Json.WalletMessage).Data!);

        Assert.Equal(9647.75537647m, Codec.Wallet(row, default).Value.Balance);
    }

    [SharedFact]
    public void Market_messages_are_translated()
    {
        Assert.True(MarketCodec.Trades(Read("nautilus/ws_public_trade.json", Json.TradeMessage)).Value.Count > 0);
        Assert.True(MarketCodec.Book(Read("nautilus/ws_orderbook_snapshot.json", Json.BookMessage)).Value.IsSnapshot);
        Assert.False(MarketCodec.Book(Read("nautilus/ws_orderbook_delta.json", Json.BookMessage)).Value.IsSnapshot);
        Assert.True(MarketCodec.Book(Read("nautilus/http_get_orderbook.json", Json.BookReply).Result!).Value.Bids.Length == 3);
        var kline = Read("nautilus/ws_kline.json", Json.KlineMessage);
        Assert.True(MarketCodec.Kline(kline.Data![0], kline.Topic!).IsOk);
    }

    [SharedFact]
    public void Ticker_snapshot_is_translated()
    {
        var message = Read("nautilus/ws_ticker_linear.json", Json.TickerMessage);

        var ticker = Ticker.Apply(null, message).Value;

        Assert.Equal((17216.00m, 17217.33m, -0.000212m), (ticker.LastPrice, ticker.MarkPrice, ticker.FundingRate));
    }

    private static T Read<T>(string file, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(File.ReadAllText(SharedFolder.Path(["data", "payloads", .. file.Split('/')])), type)!;
}
