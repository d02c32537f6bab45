using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Trading;
using StrategyHost.Emulator.Wire;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Emulator.Rest;

/// <summary>Positions and their settings (Bybit V5 position pages, read 2026-07-24).</summary>
internal sealed class PositionRoutes(TradingFloor floor)
{
    private const int HedgeMode = 3;

    public IEnumerable<EmulatorRoute> All() =>
    [
        Route("GET", "/v5/position/list", 50, List),
        Route("POST", "/v5/position/trading-stop", 10, TradingStop),
        Route("POST", "/v5/position/set-leverage", 10, SetLeverage),
        Route("POST", "/v5/position/switch-mode", 10, SwitchMode),
    ];

    private static EmulatorRoute Route(string method, string path, int perSecond, Func<Fields, long, EmulatorReply> handle) => new()
    {
        Method = method,
        Path = path,
        Private = new PrivateAccess(method == "GET" ? KeyPermissions.None : KeyPermissions.Position, perSecond),
        Handle = (request, account) =>
        {
            var fields = Fields.Of(request);
            var reply = handle(fields, account!.Uid); // private: never null
            return fields.Refusal.IsRefused ? EmulatorReply.Refused(fields.Refusal.Code, fields.Refusal.Text) : reply;
        },
    };

    private static EmulatorReply Answer(in Refusal refusal) =>
        refusal.IsRefused ? EmulatorReply.Refused(refusal.Code, refusal.Text) : EmulatorReply.Ok([]);

    /// <summary>With a symbol its rows, flat or not; else the open ones.</summary>
    private EmulatorReply List(Fields fields, long uid)
    {
        var category = Scope.Category(fields);
        var paging = Paging.Read(fields, limitDefault: 20, limitMax: 200);
        var named = Scope.Known(floor, fields);
        fields.Require("symbol or settleCoin", category != "linear" || named is not null
            || (fields.Text("settleCoin") ?? fields.Text("baseCoin")) is not null);
        var means = Scope.Filter(floor, fields);
        var rows = floor.Markets.Where(m => means(m.Symbol))
            .SelectMany(m => PositionIdxs.Of(floor.Mode(uid, m.Symbol)).Select(idx =>
                (Market: m, State: floor.Position(uid, m.Symbol, idx))))
            .Where(r => named is not null || !r.State.Size.IsZero)
            .Select((r, i) => (Number: 1_000_000L - i, r.Market, r.State));
        return paging.Reply(category, category == "linear" ? rows : [], r => r.Number, r => AccountRows.Position(
            r.State, floor.Ledger(uid).Position(r.Market.Symbol, r.State.PositionIdx), r.Market.Instrument, isStream: false));
    }

    private EmulatorReply TradingStop(Fields fields, long uid) =>
        OrderReader.TradingStop(floor, fields) is { } stop ? Answer(floor.SetTradingStop(uid, stop)) : Answer(fields.Refusal);

    private EmulatorReply SetLeverage(Fields fields, long uid)
    {
        var instrument = Scope.Required(floor, fields);
        var (buy, sell) = (fields.Number("buyLeverage"), fields.Number("sellLeverage"));
        fields.Require("buyLeverage", buy is not null);
        fields.Require("sellLeverage", sell is not null);
        if (buy != sell)
        {
            fields.Refuse("params error: buyLeverage and sellLeverage must be equal");
        }

        if (instrument is null || buy is not { } leverage || fields.Refusal.IsRefused)
        {
            return Answer(fields.Refusal);
        }

        return Answer(floor.SetLeverage(uid, instrument.Symbol, leverage));
    }

    private EmulatorReply SwitchMode(Fields fields, long uid)
    {
        var symbol = Scope.Known(floor, fields)?.Symbol;
        var mode = fields.Integer("mode");
        fields.Require("mode", mode is 0 or HedgeMode);
        fields.Require("symbol or coin", symbol is not null || fields.Text("coin") is not null);
        if (fields.Refusal.IsRefused)
        {
            return Answer(fields.Refusal);
        }

        var wanted = mode == HedgeMode ? PositionMode.Hedge : PositionMode.OneWay;
        var results = floor.Markets.Where(m => symbol is null || m.Symbol == symbol)
            .Select(m => floor.SetPositionMode(uid, m.Symbol, wanted)).ToArray();
        return Answer(Array.Exists(results, r => !r.IsRefused) ? Refusal.None : results[0]);
    }
}
