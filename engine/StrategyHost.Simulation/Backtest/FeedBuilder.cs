using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.Backtest;

/// <summary>
/// Chooses what drives each symbol (trades where there are any, else its finest candles) and builds the candles that strategies want from
/// it. A strategy finer than its data is refused: made-up candles would make up results.
/// </summary>
internal static class FeedBuilder
{
    public static Result<IReadOnlyList<SymbolFeed>> Build(MarketTape tape, EngineOptions options, bool barFills)
    {
        var feeds = new List<SymbolFeed>();
        var errors = new List<Error>();
        foreach (var symbol in options.Strategies.SelectMany(s => s.Symbols).Distinct())
        {
            var data = tape.Symbols.FirstOrDefault(s => s.Symbol == symbol);
            var wanted = options.Strategies.Where(s => s.Symbols.Contains(symbol))
                .SelectMany(s => s.Settings.Intervals.Prepend(s.Settings.Interval)).Distinct().ToArray();
            var feed = data is null ? Missing(symbol) : Build(data, wanted, barFills);
            if (feed.IsOk)
            {
                feeds.Add(feed.Value);
            }
            else
            {
                errors.AddRange(feed.Errors);
            }
        }

        if (feeds.Select(f => f.Bars?.Interval).Distinct().Count() > 1)
        {
            errors.Add(new Error
            {
                Rule = "intervals_differ",
                Field = "data",
                Message =
                    "symbols whose candles have different lengths cannot be replayed together; give all of them candles of one length",
            });
        }

        return errors.Count == 0 ? feeds : Result<IReadOnlyList<SymbolFeed>>.Failed(errors);
    }

    private static Result<SymbolFeed> Build(SymbolTape data, Interval[] wanted, bool barFills)
    {
        if (barFills)
        {
            return FromBars(data, wanted);
        }

        if (data.Trades is not { Count: > 0 } trades)
        {
            return data.Book.Count > 0
                ? FromBooks(data)
                : Bad(data.Symbol, "no_trades", "this fill model needs recorded trades; use --fill bar with candles");
        }

        var whole = new WholeCandles(data);
        return new SymbolFeed
        {
            Symbol = data.Symbol,
            Trades = trades,
            Books = data.Book,
            Tickers = data.Tickers,
            Candles = [.. wanted.OrderDescending().Select(i => whole.OfTrades(Aggregate(trades, i)))],
            Funding = data.Funding,
            Warnings = whole.Warnings,
        };
    }

    private static SymbolFeed FromBooks(SymbolTape data) => new()
    {
        Symbol = data.Symbol,
        Books = data.Book,
        Tickers = data.Tickers,
        Funding = data.Funding,
    };

    private static Result<SymbolFeed> FromBars(SymbolTape data, Interval[] wanted)
    {
        var whole = new WholeCandles(data);
        var finest = wanted.Min();
        var bars = data.Klines.Where(k => k.Interval.CompareTo(finest) <= 0).MinBy(k => k.Interval);
        if (bars is null && data.Trades is { Count: > 0 } trades)
        {
            bars = whole.OfTrades(Aggregate(trades, finest));
        }

        if (bars is null)
        {
            var have = data.Klines.Count == 0 ? "no candles" : "candles of " + string.Join(", ", data.Klines.Select(k => k.Interval));
            return Bad(
                data.Symbol, "interval_too_fine",
                $"the strategy wants {finest} candles and the data have {have}; give finer data or a longer interval");
        }

        return bars.Count == 0 ? Bad(data.Symbol, "no_data", "the trades do not fill one whole candle; give more of them") : new SymbolFeed
        {
            Symbol = data.Symbol,
            Bars = bars,
            Candles = [.. wanted.Where(i => i != bars.Interval).OrderDescending().Select(i => whole.OfCandles(Aggregate(bars, i), bars))],
            Funding = data.Funding,
            Warnings = whole.Warnings,
        };
    }

    private static KlineBlock Aggregate(TradeBlock trades, Interval interval)
    {
        var builder = new KlineBuilder(trades.Symbol, interval);
        var candles = new List<Kline>();
        for (var i = 0; i < trades.Count; i++)
        {
            Take(builder, trades.Time[i], candles);
            builder.AddTrade(trades.Time[i], trades.Price[i], trades.Size[i]);
        }

        return Block(trades.Symbol, interval, candles);
    }

    private static KlineBlock Aggregate(KlineBlock bars, Interval interval)
    {
        var builder = new KlineBuilder(bars.Symbol, interval);
        var candles = new List<Kline>();
        for (var i = 0; i < bars.Count; i++)
        {
            Take(builder, bars.Start[i], candles); // a gap may have ended candles before this one
            builder.AddKline(bars[i]);
            Take(builder, bars.Start[i] + bars.Interval.Ms, candles);
        }

        return Block(bars.Symbol, interval, candles);
    }

    private static void Take(KlineBuilder builder, long ms, List<Kline> candles)
    {
        while (builder.TryClose(ms, out var closed))
        {
            candles.Add(closed);
        }
    }

    private static KlineBlock Block(Symbol symbol, Interval interval, List<Kline> candles) => new(
        symbol,
        interval,
        [.. candles.Select(c => c.Start)],
        [.. candles.Select(c => c.Open)],
        [.. candles.Select(c => c.High)],
        [.. candles.Select(c => c.Low)],
        [.. candles.Select(c => c.Close)],
        [.. candles.Select(c => c.Volume)],
        [.. candles.Select(c => c.Turnover)]);

    private static Result<SymbolFeed> Missing(Symbol symbol) =>
        Bad(symbol, "no_data", "there are no data of this symbol; check --data and --symbol");

    private static Result<SymbolFeed> Bad(Symbol symbol, string rule, string message) =>
        new Error { Rule = rule, Field = "data", Value = symbol.Name, Message = $"{symbol}: {message}" };
}
