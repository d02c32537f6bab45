using System.Text.Json;
using System.Text.RegularExpressions;
using StrategyHost.Bybit.Wire;

namespace StrategyHost.Bybit.Tests.Wire;

/// <summary>
/// Which recorded payload is read by which wire type, and which are not read and why. A payload that stands in neither list fails
/// the tests. The first pattern that matches counts.
/// </summary>
internal static class PayloadCatalogue
{
    private static readonly BybitJson Json = BybitJson.Default;

    /// <summary>Payloads of kinds that the adapter does not read, with the reason.</summary>
    public static readonly (string Pattern, string Reason)[] NotRead =
    [
        ("instruments_(option|spot)|market_instrument\\.[12]|ticker_option|public_ticker\\.[12]|market_tickers\\.[23]",
            "options and spot are not traded"),
        ("greek|strategy|adl-alert|insurance|rpi|full-ob|price-limit|system-status|all-liquidation|dcp", "topic not subscribed"),
        ("websocket_(private|public|system)_[a-z-]*\\.1\\.json$(?<!kline.1.json|trade.1.json|orderbook.1.json)",
            "a request of ours, not an answer"),
        ("trade_guideline\\.[146]|wss-authentication\\.6", "a request of ours, not an answer"),
        ("market_(delivery|fee-group|index|iv|long-short|mark-kline|new-delivery|open-interest|order-price|premium|risk)",
            "endpoint not used yet"),
        ("account_(instrument|set-margin|transaction)|order_(dcp|pre-check|spot)", "endpoint not used yet"),
        ("position_(?!position\\.|trading-stop|leverage|position-mode)|user_(?!apikey-info)", "endpoint not used yet"),
    ];

    private static readonly (string Pattern, Func<string, object?> Read)[] Readers =
    [
        ("instruments_(linear|inverse)", t => JsonSerializer.Deserialize(t, Json.InstrumentReply)),
        ("klines_linear|market_kline", t => JsonSerializer.Deserialize(t, Json.KlineReply)),
        ("get_orderbook|market_orderbook", t => JsonSerializer.Deserialize(t, Json.BookReply)),
        ("trades_recent|market_recent-trade", t => JsonSerializer.Deserialize(t, Json.RecentTradeReply)),
        ("market_tickers", t => JsonSerializer.Deserialize(t, Json.TickerReply)),
        ("market_time", t => JsonSerializer.Deserialize(t, Json.TimeReply)),
        ("funding_history|history-fund-rate", t => JsonSerializer.Deserialize(t, Json.FundingReply)),
        ("get_order|order_open-order|order_order-list", t => JsonSerializer.Deserialize(t, Json.OrderReply)),
        ("get_executions|order_execution", t => JsonSerializer.Deserialize(t, Json.ExecutionReply)),
        ("position_(trading-stop|leverage|position-mode)", t => JsonSerializer.Deserialize(t, Json.EmptyReply)),
        ("get_positions|position_position", t => JsonSerializer.Deserialize(t, Json.PositionReply)),
        ("get_wallet|wallet-balance", t => JsonSerializer.Deserialize(t, Json.WalletReply)),
        ("fee_rate|fee-rate", t => JsonSerializer.Deserialize(t, Json.FeeRateReply)),
        ("account_info|account-info", t => JsonSerializer.Deserialize(t, Json.AccountInfoReply)),
        ("query_api|apikey-info", t => JsonSerializer.Deserialize(t, Json.ApiKeyReply)),
        ("order_batch|order_cancel-all", t => JsonSerializer.Deserialize(t, Json.BatchReply)),
        ("order_(create|amend|cancel)-order", t => JsonSerializer.Deserialize(t, Json.AckReply)),
        ("ws_kline|public_kline", t => JsonSerializer.Deserialize(t, Json.KlineMessage)),
        ("ws_orderbook|public_orderbook", t => JsonSerializer.Deserialize(t, Json.BookMessage)),
        ("ws_public_trade|public_trade", t => JsonSerializer.Deserialize(t, Json.TradeMessage)),
        ("ws_ticker_linear", t => JsonSerializer.Deserialize(t, Json.TickerMessage)),
        ("ws_account_execution|private_(fast-)?execution", t => JsonSerializer.Deserialize(t, Json.ExecutionMessage)),
        ("ws_account_order|private_order", t => JsonSerializer.Deserialize(t, Json.OrderMessage)),
        ("ws_account_position_with_open_time", t => JsonSerializer.Deserialize(t, Json.PositionRow)),
        ("ws_account_position|private_position", t => JsonSerializer.Deserialize(t, Json.PositionMessage)),
        ("ws_account_wallet|private_wallet", t => JsonSerializer.Deserialize(t, Json.WalletMessage)),
        ("ws_auth|ws_sub|ws_order_response|wss-authentication|trade_guideline", t => JsonSerializer.Deserialize(t, Json.StreamReply)),
    ];

    public static string? ReasonNotRead(string file) => NotRead.FirstOrDefault(n => Regex.IsMatch(file, n.Pattern)).Reason;

    public static Func<string, object?>? ReaderOf(string file) => Readers.FirstOrDefault(r => Regex.IsMatch(file, r.Pattern)).Read;
}
