using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Markets;
using StrategyHost.Emulator.Rest;
using StrategyHost.Emulator.Streams;
using StrategyHost.Emulator.Trading;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Control;

/// <summary>Answer of a control endpoint.</summary>
internal sealed record ControlReply(int Status, string Json)
{
    public static ControlReply Ok(JsonNode json) => new(200, json.ToJsonString());

    public static ControlReply Bad(string message) => new(400, new JsonObject { ["error"] = message }.ToJsonString());
}

/// <summary>What tests ask of the emulator besides Bybit's interface (contracts §4): prices, market, accounts, truth, health.</summary>
internal sealed class ControlRoutes(
    TradingFloor floor, MarketDirector director, AccountDesk accounts, StreamHub hub, (FaultTable Faults, RequestLog Log) control)
{
    private const long AgeMinutesMax = 60 * 24 * 365;

    /// <summary>The bounds that instruments-info shows.</summary>
    private const decimal FundingRateMax = 0.005m;

    public AccountDesk Accounts => accounts;

    /// <summary>The answer; null when the path is none of the control's.</summary>
    public ControlReply? Find(EmulatorRequest request)
    {
        if (request.Path != "/health" && !request.Path.StartsWith("/emulator/", StringComparison.Ordinal))
        {
            return null;
        }

        return (request.Method, request.Path) switch
        {
            ("GET", "/health") => Health(),
            ("POST", "/emulator/price") => Price(Fields.Of(request)),
            ("POST", "/emulator/market") => Market(Fields.Of(request)),
            ("POST", "/emulator/funding") => Funding(Fields.Of(request)),
            ("POST", "/emulator/age") => Age(Fields.Of(request)),
            ("POST", "/emulator/account") => accounts.Set(Fields.Body(request.Body)),
            ("POST", "/emulator/fault") => AddFault(request),
            ("GET", "/emulator/fault") => ControlReply.Ok(control.Faults.List()),
            ("DELETE", "/emulator/fault") =>
                ControlReply.Ok(new JsonObject { ["removed"] = control.Faults.Remove(request.Parameter("id")) }),
            ("GET", "/emulator/truth") => Truth(request.AtMs),
            ("GET", "/emulator/requests") => ControlReply.Ok(control.Log.List(request.Parameter("account"))),
            _ => ControlReply.Bad($"no control endpoint {request.Method} {request.Path}") with { Status = 404 },
        };
    }

    private ControlReply Price(Fields fields)
    {
        var price = fields.PriceOrNone("price");
        if (floor.Market(fields.Text("symbol")) is not { } market)
        {
            return NoSymbol();
        }

        if (price is not { } given || !market.Instrument.IsOnTick(given))
        {
            return ControlReply.Bad($"price must be a positive multiple of {market.Instrument.TickSize}");
        }

        lock (floor.Gate)
        {
            director.MoveTo(market, given);
            return ControlReply.Ok(new JsonObject { ["symbol"] = market.Symbol.Name, ["price"] = new Price(market.Last).ToString() });
        }
    }

    private ControlReply Market(Fields fields)
    {
        if (fields.Text("paused") is not ("true" or "false"))
        {
            return ControlReply.Bad("paused must be true or false");
        }

        lock (floor.Gate)
        {
            director.IsPaused = fields.Flag("paused");
            return ControlReply.Ok(new JsonObject { ["paused"] = director.IsPaused });
        }
    }

    /// <summary>Settles funding now, besides the settlements of the clock.</summary>
    private ControlReply Funding(Fields fields)
    {
        var given = fields.Number("rate");
        if (floor.Market(fields.Text("symbol")) is not { } market)
        {
            return NoSymbol();
        }

        if (fields.Refusal.IsRefused || given is < -FundingRateMax or > FundingRateMax)
        {
            return ControlReply.Bad($"rate must be a number between -{FundingRateMax} and {FundingRateMax}; left out, it is the symbol's");
        }

        lock (floor.Gate)
        {
            var rate = given ?? market.FundingRate;
            floor.SettleFunding(market, rate);
            return ControlReply.Ok(new JsonObject { ["symbol"] = market.Symbol.Name, ["rate"] = WireText.Of(rate) });
        }
    }

    /// <summary>Makes the orders of an account older: what takes hours on an exchange can be tried at once.</summary>
    private ControlReply Age(Fields fields)
    {
        if (accounts.All.FirstOrDefault(a => a.Key == fields.Text("account")) is not { } account)
        {
            return ControlReply.Bad($"account must be one of {string.Join(", ", accounts.All.Select(a => a.Key))}");
        }

        if (fields.Integer("minutes") is not (>= 1 and <= AgeMinutesMax and var minutes))
        {
            return ControlReply.Bad($"minutes must be a whole number from 1 to {AgeMinutesMax}");
        }

        if (fields.Text("symbol") is { } name && floor.Market(name) is null)
        {
            return NoSymbol();
        }

        lock (floor.Gate)
        {
            var symbol = floor.Market(fields.Text("symbol"))?.Symbol;
            var count = floor.Ledger(account.Uid).Age(minutes * 60_000, symbol);
            return ControlReply.Ok(new JsonObject { ["account"] = account.Key, ["orders"] = count });
        }
    }

    private ControlReply NoSymbol() =>
        ControlReply.Bad($"symbol must be one of {string.Join(", ", floor.Markets.Select(m => m.Symbol.Name))}");

    private ControlReply AddFault(EmulatorRequest request)
    {
        var (id, problem) = control.Faults.Add(Fields.Body(request.Body));
        return id is null ? ControlReply.Bad(problem ?? "") : ControlReply.Ok(new JsonObject { ["id"] = id });
    }

    private ControlReply Health()
    {
        lock (floor.Gate)
        {
            var list = new JsonObject();
            foreach (var account in accounts.All)
            {
                list[account.Key] = new JsonObject
                {
                    ["websocket_connected"] = hub.PrivateOf(account.Uid).Count > 0,
                    ["active_positions"] = floor.OpenPositions(account.Uid).Count,
                    ["pending_orders"] = floor.Ledger(account.Uid).Orders.Count(o => !o.IsFinal),
                    ["last_update"] = new Timestamp(floor.NowMs).ToString(),
                    ["errors"] = new JsonArray(),
                };
            }

            var time = new Timestamp(floor.NowMs).ToString();
            return ControlReply.Ok(new JsonObject { ["status"] = "ok", ["time"] = time, ["accounts"] = list });
        }
    }

    private ControlReply Truth(long atMs)
    {
        lock (floor.Gate)
        {
            var list = new JsonObject();
            foreach (var account in accounts.All)
            {
                list[account.Key] = AccountTruth(account.Uid);
            }

            return ControlReply.Ok(new JsonObject { ["time"] = new Timestamp(atMs).ToString(), ["accounts"] = list });
        }
    }

    private JsonObject AccountTruth(long uid)
    {
        var ledger = floor.Ledger(uid);
        return new JsonObject
        {
            ["uid"] = uid,
            ["walletBalance"] = WireText.Money(floor.State(uid).WalletBalance),
            ["positions"] = new JsonArray([.. floor.OpenPositions(uid).Select(p => (JsonNode)new JsonObject
            {
                ["symbol"] = p.Symbol.Name,
                ["positionIdx"] = (int)p.PositionIdx,
                ["side"] = WireText.Of(p.Side),
                ["size"] = p.Size.ToString(),
                ["avgPrice"] = WireText.Of(p.AveragePrice),
                ["stopLoss"] = p.StopLoss?.ToString() ?? "",
                ["takeProfit"] = p.TakeProfit?.ToString() ?? "",
                ["uncoveredMs"] = floor.UncoveredMs(uid, p.Symbol, p.PositionIdx),
            })]),
            ["openOrders"] = new JsonArray([.. ledger.Orders.Where(o => !o.IsFinal).Reverse().Select(o => (JsonNode)Rows.Order(o))]),
            ["executions"] = new JsonArray([.. ledger.Executions.AsEnumerable().Reverse().Select(e => (JsonNode)Rows.Execution(e))]),
        };
    }
}
