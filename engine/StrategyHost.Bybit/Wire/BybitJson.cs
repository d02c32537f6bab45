using System.Text.Json;
using System.Text.Json.Serialization;

namespace StrategyHost.Bybit.Wire;

/// <summary>
/// Generated readers of every message that the adapter knows; reflection only reads the names of enums once. Reading throws
/// <see cref="JsonException"/> on what is no JSON or has another shape; the adapter makes an ambiguous outcome of that at one place.
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(DecimalConverter), typeof(LongConverter), typeof(IntConverter), typeof(BoolConverter)])]
[JsonSerializable(typeof(StreamMessage<PublicTradeRow[]>), TypeInfoPropertyName = "TradeMessage")]
[JsonSerializable(typeof(StreamMessage<BookRow>), TypeInfoPropertyName = "BookMessage")]
[JsonSerializable(typeof(StreamMessage<KlineRow[]>), TypeInfoPropertyName = "KlineMessage")]
[JsonSerializable(typeof(StreamMessage<TickerRow>), TypeInfoPropertyName = "TickerMessage")]
[JsonSerializable(typeof(StreamMessage<OrderRow[]>), TypeInfoPropertyName = "OrderMessage")]
[JsonSerializable(typeof(StreamMessage<ExecutionRow[]>), TypeInfoPropertyName = "ExecutionMessage")]
[JsonSerializable(typeof(StreamMessage<PositionRow[]>), TypeInfoPropertyName = "PositionMessage")]
[JsonSerializable(typeof(StreamMessage<WalletRow[]>), TypeInfoPropertyName = "WalletMessage")]
[JsonSerializable(typeof(StreamReply))]
[JsonSerializable(typeof(RestReply<ServerTimeRow>), TypeInfoPropertyName = "TimeReply")]
[JsonSerializable(typeof(RestReply<BookRow>), TypeInfoPropertyName = "BookReply")]
[JsonSerializable(typeof(RestReply<ListResult<WireKline>>), TypeInfoPropertyName = "KlineReply")]
[JsonSerializable(typeof(RestReply<ListResult<TickerRow>>), TypeInfoPropertyName = "TickerReply")]
[JsonSerializable(typeof(RestReply<ListResult<RecentTradeRow>>), TypeInfoPropertyName = "RecentTradeReply")]
[JsonSerializable(typeof(RestReply<ListResult<InstrumentRow>>), TypeInfoPropertyName = "InstrumentReply")]
[JsonSerializable(typeof(RestReply<ListResult<FundingRow>>), TypeInfoPropertyName = "FundingReply")]
[JsonSerializable(typeof(RestReply<ListResult<OrderRow>>), TypeInfoPropertyName = "OrderReply")]
[JsonSerializable(typeof(RestReply<ListResult<ExecutionRow>>), TypeInfoPropertyName = "ExecutionReply")]
[JsonSerializable(typeof(RestReply<ListResult<TransactionRow>>), TypeInfoPropertyName = "TransactionReply")]
[JsonSerializable(typeof(RestReply<ListResult<PositionRow>>), TypeInfoPropertyName = "PositionReply")]
[JsonSerializable(typeof(RestReply<ListResult<WalletRow>>), TypeInfoPropertyName = "WalletReply")]
[JsonSerializable(typeof(RestReply<ListResult<FeeRateRow>>), TypeInfoPropertyName = "FeeRateReply")]
[JsonSerializable(typeof(RestReply<ListResult<OrderAck>>), TypeInfoPropertyName = "BatchReply")]
[JsonSerializable(typeof(RestReply<OrderAck>), TypeInfoPropertyName = "AckReply")]
[JsonSerializable(typeof(RestReply<AccountInfoRow>), TypeInfoPropertyName = "AccountInfoReply")]
[JsonSerializable(typeof(RestReply<ApiKeyRow>), TypeInfoPropertyName = "ApiKeyReply")]
[JsonSerializable(typeof(RestReply<EmptyRow>), TypeInfoPropertyName = "EmptyReply")]
[JsonSerializable(typeof(BatchCodes))]
[JsonSerializable(typeof(PositionRow))]
public sealed partial class BybitJson : JsonSerializerContext;
