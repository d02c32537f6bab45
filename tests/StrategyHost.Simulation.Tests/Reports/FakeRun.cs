using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Backtest;

namespace StrategyHost.Simulation.Tests.Reports;

/// <summary>
/// A seeded backtest result that looks like one: a random walk of candles, a trade every few hours with stop, trail or target, both
/// accounts, refused signals. No market data, no simulation; only its shape is real.
/// </summary>
internal sealed class FakeRun
{
    public const long StartMs = 1_735_689_600_000;
    private const long CandleMs = 900_000;
    private const long MsPerDay = 86_400_000;
    private const decimal FeeRate = 0.00055m;

    private static readonly Symbol Btc = new("BTCUSDT");
    private static readonly StrategyId Sma = new("enhanced_sma");
    private readonly Random _random;
    private readonly List<ChartCandle> _candles = [];
    private readonly List<TradeRecord> _trades = [];
    private readonly List<OrderRecord> _orders = [];
    private readonly List<SignalRow> _ledger = [];

    private FakeRun(int seed) => _random = new Random(seed);

    public static BacktestResult Of(int seed, int days)
    {
        var run = new FakeRun(seed);
        run.Walk(days * (int)(MsPerDay / CandleMs));
        run.Trade();
        return run.Result(seed, days);
    }

    /// <summary>The same with findings on the mirror: one code twice, the other once, its text what a script could have put there.</summary>
    public static BacktestResult WithFindings(int seed, int days)
    {
        var run = Of(seed, days);
        FoundUnder[] findings =
        [
            new("fragmented", 1, At(7), [new FoundAt(At(7), "entries hold <b>40</b> of a balance of 100: more than 30 %")]),
            new("stale_entry", 1234, At(900), [new FoundAt(At(40), "entry a waits for 60 min"), new FoundAt(At(80), "entry b waits for 61 min")]),
        ];
        return run with { Accounts = [run.Accounts[0], run.Accounts[1] with { Findings = findings }] };
    }

    private void Walk(int count)
    {
        var price = 62_000.0;
        for (var i = 0; i < count; i++)
        {
            var open = price;
            var swing = 1 + (0.6 * Math.Sin(i / 700.0));
            var close = open * (1 + ((_random.NextDouble() - 0.4965) * 0.004 * swing));
            var high = Math.Max(open, close) * (1 + (_random.NextDouble() * 0.0011));
            var low = Math.Min(open, close) * (1 - (_random.NextDouble() * 0.0011));
            var start = StartMs + (i * CandleMs);
            _candles.Add(new ChartCandle(start, Math.Round(open, 1), Math.Round(high, 1), Math.Round(low, 1), Math.Round(close, 1)));
            price = close;
        }
    }

    private void Trade()
    {
        for (var i = 60; i < _candles.Count - 50; i += 8 + _random.Next(40))
        {
            var side = _candles[i].Close > _candles[i - 40].Close ? PositionSide.Long : PositionSide.Short;
            if (_random.Next(6) == 0)
            {
                Refuse(i);
                continue;
            }

            var id = $"sig-{_ledger.Count + 1}";
            _ledger.Add(new SignalRow(id, At(i), Sma, Btc, Text(side), "accepted", "", Tag(side), "fast crossed slow"));
            i = Play(i, side, id);
        }
    }

    private void Refuse(int i)
    {
        var (code, text) = _random.Next(3) switch
        {
            0 => ("already_in", "a position on this side is open; set pyramiding or scale_in to add to it"),
            1 => ("below_min_qty", "quantity 0.0004 is below the minimum 0.001; ask for more or set allow_clip"),
            _ => ("stop_wrong_side", "stop_loss 64100 is above the price 63950 of a long; place it below"),
        };
        _ledger.Add(new SignalRow($"sig-{_ledger.Count + 1}", At(i), Sma, Btc, "buy", code, text, "cross_up", "fast crossed slow"));
    }

    private int Play(int start, PositionSide side, string signalId)
    {
        var entry = (decimal)_candles[start].Close;
        var sign = side.Sign();
        var (stop, target) = (entry * (1 - (sign * 0.01m)), entry * (1 + (sign * 0.02m)));
        var (worst, best) = (0m, 0m);
        for (var i = start + 1; i < _candles.Count; i++)
        {
            var (high, low) = ((decimal)_candles[i].High, (decimal)_candles[i].Low);
            worst = Math.Max(worst, sign > 0 ? entry - low : high - entry);
            best = Math.Max(best, sign > 0 ? high - entry : entry - low);
            var trail = best > entry * 0.008m ? entry + (sign * (best - (entry * 0.006m))) : stop;
            var exit = Exit(i, start, sign, (high, low), (stop, trail, target));
            if (exit is { } at)
            {
                Close(new Leg(start, i, side, entry, at.Price, worst, best, at.Reason, signalId));
                return i;
            }
        }

        return _candles.Count;
    }

    private (decimal Price, ExitReason Reason)? Exit(
        int i, int start, int sign, (decimal High, decimal Low) bar, (decimal Stop, decimal Trail, decimal Target) levels)
    {
        if (sign > 0 ? bar.Low <= levels.Stop : bar.High >= levels.Stop)
        {
            return (levels.Stop, ExitReason.StopLoss);
        }

        if (levels.Trail != levels.Stop && (sign > 0 ? bar.Low <= levels.Trail : bar.High >= levels.Trail))
        {
            return (levels.Trail, ExitReason.TrailingStop);
        }

        if (sign > 0 ? bar.High >= levels.Target : bar.Low <= levels.Target)
        {
            return (levels.Target, ExitReason.TakeProfit);
        }

        return i - start > 90 ? ((decimal)_candles[i].Close, _random.Next(8) == 0 ? ExitReason.Time : ExitReason.Signal) : null;
    }

    private void Close(Leg leg)
    {
        foreach (var (account, quantity) in ((AccountId, decimal)[])[(AccountId.Main, 0.25m), (AccountId.Mirror, 0.125m)])
        {
            var exit = decimal.Round(leg.Exit, 1);
            var gross = leg.Side.Sign() * (exit - leg.Entry) * quantity;
            var fees = FeeRate * quantity * (leg.Entry + exit);
            var net = gross - fees - 0.05m;
            _trades.Add(new TradeRecord
            {
                Account = account,
                Strategy = Sma,
                Symbol = Btc,
                Side = leg.Side,
                Tag = Tag(leg.Side),
                EntryTime = At(leg.Start),
                EntryPrice = leg.Entry,
                ExitTime = At(leg.End),
                ExitPrice = exit,
                Quantity = Quantity.Of(quantity),
                GrossPnl = gross,
                Fees = fees,
                Funding = 0.05m,
                Slippage = quantity * 1.2m,
                R = net / (leg.Entry * 0.01m * quantity),
                Mae = leg.Worst * quantity,
                Mfe = leg.Best * quantity,
                ExitReason = leg.Reason,
                EntryReason = "fast crossed slow",
                SignalId = leg.SignalId,
                ScriptSha256 = new string('a', 64),
            });
            Order(account, leg.Start, leg.Side.OpeningSide(), quantity, (leg.Entry, "entry"));
            Order(account, leg.End, leg.Side.ClosingSide(), quantity, (exit, leg.Reason == ExitReason.TakeProfit ? "target" : "stop"));
        }
    }

    private void Order(AccountId account, int candle, Side side, decimal quantity, (decimal Price, string Role) at)
    {
        var number = _orders.Count + 1;
        _orders.Add(new OrderRecord
        {
            Seq = number,
            Time = At(candle),
            Account = account,
            Strategy = Sma,
            OrderLinkId = $"sh-{number:D5}",
            Symbol = Btc,
            Side = side,
            Type = at.Role switch { "entry" => "market", "target" => "limit", _ => "stop_market" },
            Quantity = Quantity.Of(quantity),
            Price = at.Role == "target" ? Price.Of(at.Price) : null,
            TriggerPrice = at.Role == "stop" ? Price.Of(at.Price) : null,
            ReduceOnly = at.Role != "entry",
            Role = at.Role,
            Status = "filled",
            FilledQuantity = Quantity.Of(quantity),
            AveragePrice = at.Price,
            Fee = at.Price * quantity * FeeRate,
            Reason = "",
        });
    }

    private BacktestResult Result(int seed, int days) => new()
    {
        Strategies = [new ScriptUsed(Sma, "strategies/enhanced_sma.js", new string('a', 64))],
        Engine = "jint",
        Data = new DataUsed(["sample-1m.csv.gz"], _candles.Count, new Timestamp(StartMs), At(_candles.Count), new string('d', 64), true),
        FillModel = "bar",
        Assumptions = ["Stops are tested before targets within one candle.", "Taker fee 0.055 %, maker fee 0.02 %."],
        Warnings = ["on_orderbook never ran: the data hold no order book."],
        Seed = seed,
        WallMs = 61,
        EventsPerSecond = 3_200_000,
        Signals = new SignalCounts(
            _ledger.Count(s => s.Outcome == "accepted"),
            _ledger.Where(s => s.Outcome != "accepted").GroupBy(s => s.Outcome).ToDictionary(g => g.Key, g => g.LongCount()),
            2,
            5),
        SignalLedger = _ledger,
        Accounts = [Account(AccountId.Main, 20_000m, days), Account(AccountId.Mirror, 10_000m, days)],
        Orders = _orders,
        Trades = [.. _trades.OrderBy(t => t.ExitTime.Ms)],
        Prices = [new PriceSeries(Btc, _candles)],
        Logs = ["warm-up done", "fast crossed slow at 62011.5"],
    };

    private AccountResult Account(AccountId account, decimal start, int days)
    {
        var own = _trades.Where(t => t.Account == account).OrderBy(t => t.ExitTime.Ms).ToArray();
        var curve = new List<EquityPoint> { new(new Timestamp(StartMs), start) };
        foreach (var trade in own)
        {
            var middle = (trade.ExitTime.Ms - trade.EntryTime.Ms) / 2;
            curve.Add(new EquityPoint(trade.EntryTime.AddMs(middle), curve[^1].Equity - (trade.Mae / 2)));
            curve.Add(new EquityPoint(trade.ExitTime, curve[^2].Equity + trade.NetPnl));
        }

        var (peak, fall, percent) = (start, 0m, 0m);
        foreach (var point in curve)
        {
            peak = Math.Max(peak, point.Equity);
            fall = Math.Max(fall, peak - point.Equity);
            percent = Math.Max(percent, (peak - point.Equity) / peak * 100);
        }

        return new AccountResult
        {
            Account = account,
            StartEquity = start,
            EndEquity = start + own.Sum(t => t.NetPnl),
            RealisedPnl = own.Sum(t => t.GrossPnl),
            WalletBalance = start + own.Sum(t => t.NetPnl),
            Executions = 2 * own.Length,
            OpenPositions = 0,
            Fees = own.Sum(t => t.Fees),
            Funding = own.Sum(t => t.Funding),
            Slippage = own.Sum(t => t.Slippage),
            MaxDrawdownPercent = percent,
            MaxDrawdown = fall,
            DailyEquity = [.. Enumerable.Range(0, days + 1).Select(d => Daily(own, start, StartMs + (d * MsPerDay)))],
            EquityCurve = curve,
            Coverage = new Coverage(0, 100m),
            ExposureMs = own.Sum(t => t.ExitTime.Ms - t.EntryTime.Ms),
        };
    }

    private static EquityPoint Daily(TradeRecord[] own, decimal start, long ms) =>
        new(new Timestamp(ms), start + own.Where(t => t.ExitTime.Ms <= ms).Sum(t => t.NetPnl));

    private static Timestamp At(int candle) => new(StartMs + (candle * CandleMs));

    private static string Text(PositionSide side) => side.OpeningSide().Text();

    private static string Tag(PositionSide side) => side == PositionSide.Long ? "cross_up" : "cross_down";

    private sealed record Leg(
        int Start,
        int End,
        PositionSide Side,
        decimal Entry,
        decimal Exit,
        decimal Worst,
        decimal Best,
        ExitReason Reason,
        string SignalId);
}
