using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Trading;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Rest;

/// <summary>The account itself: info, wallet, fee rates, coins (Bybit V5 account pages, read 2026-07-24).</summary>
internal sealed class AccountRoutes(TradingFloor floor)
{
    public IEnumerable<EmulatorRoute> All() =>
    [
        Route("GET", "/v5/account/info", 50, Info),
        Route("GET", "/v5/account/wallet-balance", 50, Wallet),
        Route("GET", "/v5/account/fee-rate", 5, FeeRate),
        Route("GET", "/v5/asset/coin/query-info", 5, (_, _, _) => EmulatorReply.Ok(new JsonObject { ["rows"] = new JsonArray() })),
        Route("POST", "/v5/account/set-margin-mode", 5, SetMarginMode),
    ];

    private static EmulatorRoute Route(
        string method, string path, int perSecond, Func<Fields, EmulatedAccount, EmulatorRequest, EmulatorReply> handle) => new()
        {
            Method = method,
            Path = path,
            Private = new PrivateAccess(method == "GET" ? KeyPermissions.None : KeyPermissions.Position, perSecond),
            Handle = (request, account) =>
            {
                var fields = Fields.Of(request);
                var reply = handle(fields, account!, request); // private: never null
                return fields.Refusal.IsRefused ? EmulatorReply.Refused(fields.Refusal.Code, fields.Refusal.Text) : reply;
            },
        };

    private static string ModeName(MarginMode mode) => mode == MarginMode.Cross ? "REGULAR_MARGIN" : "ISOLATED_MARGIN";

    private static EmulatorReply Info(Fields fields, EmulatedAccount account, EmulatorRequest request) => EmulatorReply.Ok(new JsonObject
    {
        ["unifiedMarginStatus"] = 5,
        ["marginMode"] = ModeName(account.MarginMode),
        ["isMasterTrader"] = false,
        ["spotHedgingStatus"] = "OFF",
        ["updatedTime"] = WireText.Of(request.AtMs),
        ["dcpStatus"] = "OFF",
        ["timeWindow"] = 0,
        ["smpGroup"] = 0,
    });

    private EmulatorReply Wallet(Fields fields, EmulatedAccount account, EmulatorRequest request)
    {
        if (fields.Text("accountType") != "UNIFIED")
        {
            fields.Refuse("params error: accountType must be UNIFIED");
        }

        var row = AccountRows.Wallet(
            floor.State(account.Uid), floor.Ledger(account.Uid).CumRealised, fields.Text("coin")?.Split(','), isStream: false);
        return EmulatorReply.Ok(new JsonObject { ["list"] = new JsonArray(row) });
    }

    private EmulatorReply FeeRate(Fields fields, EmulatedAccount account, EmulatorRequest request)
    {
        var category = Scope.Category(fields);
        var means = Scope.Filter(floor, fields);
        var rows = floor.Markets.Where(m => category == "linear" && means(m.Symbol)).Select(m => (JsonNode)new JsonObject
        {
            ["symbol"] = m.Symbol.Name,
            ["takerFeeRate"] = WireText.Of(m.Instrument.TakerFee),
            ["makerFeeRate"] = WireText.Of(m.Instrument.MakerFee),
        });
        return EmulatorReply.Ok(new JsonObject { ["list"] = new JsonArray([.. rows]) });
    }

    /// <summary>The mode of an account is fixed when it is added; asking for that one succeeds.</summary>
    private static EmulatorReply SetMarginMode(Fields fields, EmulatedAccount account, EmulatorRequest request)
    {
        if (fields.Text("setMarginMode") == ModeName(account.MarginMode))
        {
            return EmulatorReply.Ok(new JsonObject { ["reasons"] = new JsonArray() });
        }

        var reason = new JsonObject { ["reasonCode"] = "3400000", ["reasonMsg"] = "the emulator's accounts keep their margin mode" };
        var result = new JsonObject { ["reasons"] = new JsonArray(reason) };
        return EmulatorReply.Refused(3400045, "Set margin mode failed") with { Result = result };
    }
}
