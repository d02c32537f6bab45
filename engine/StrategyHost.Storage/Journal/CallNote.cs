using System.Diagnostics;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// A script call as the journal keeps it: which it was, not what was in it. Candles, trades and books are market data and stand in tick
/// segments; what the script saw of its account follows from the records before. Kind is the type's name, for example <c>KlineRun</c>.
/// </summary>
public sealed record CallNote(string Kind, Timestamp At)
{
    public Symbol? Symbol { get; init; }
    public string? Interval { get; init; }

    /// <summary>Rows <c>[From, To)</c> of the block that was in memory, and the time of the first of them.</summary>
    public int? From { get; init; }
    public int? To { get; init; }
    public Timestamp? FirstAt { get; init; }
    public bool? Warming { get; init; }
    public bool? Late { get; init; }

    /// <summary>Of <c>on_fill</c> and <c>on_order</c>: the order's id as the script sees it, and the execution.</summary>
    public string? OrderId { get; init; }
    public string? ExecutionId { get; init; }

    /// <summary>Of <c>on_order</c> for a refused signal: the refusal's code.</summary>
    public string? Code { get; init; }

    public static CallNote Of(ScriptCall call)
    {
        var note = new CallNote(call.GetType().Name, call.At);
        return call switch
        {
            KlineRun run => note with
            {
                Symbol = run.Block.Symbol,
                Interval = run.Block.Interval.ToString(),
                From = run.From,
                To = run.To,
                FirstAt = First(run.Block.Start, run.From),
                Warming = run.Warming ? true : null,
                Late = run.Late ? true : null,
            },
            TradeRun run => note with
            {
                Symbol = run.Block.Symbol,
                From = run.From,
                To = run.To,
                FirstAt = First(run.Block.Time, run.From),
            },
            KlineUpdateCall update => note with
            {
                Symbol = update.Symbol,
                Interval = update.Interval.ToString(),
                FirstAt = new Timestamp(update.Kline.Start),
            },
            OrderBookCall book => note with { Symbol = book.Symbol },
            TickerCall ticker => note with { Symbol = ticker.Symbol },
            FillCall { Fill: var fill } => note with { Symbol = fill.Symbol, OrderId = fill.OrderId, ExecutionId = fill.ExecutionId },
            OrderCall change => note with { Symbol = change.Order.Symbol, OrderId = change.Order.Id, Code = change.Code },
            TimerCall or StartCall or StopCall => note,
            _ => throw new UnreachableException(call.ToString()),
        };
    }

    private static Timestamp? First(long[] times, int from) =>
        (uint)from < (uint)times.Length ? new Timestamp(times[from]) : null;
}

/// <summary>What is kept of a <see cref="CallScript"/>.</summary>
public sealed record CallScriptNote(StrategyId Strategy, CallNote Call);

/// <summary>What is kept of a <see cref="ScriptReturned"/>: the whole answer, and which call it answers.</summary>
public sealed record ScriptReturnedNote(Timestamp At, StrategyId Strategy, CallNote Call, ScriptAnswer Answer);

/// <summary>What is kept of a <see cref="ScriptOverdue"/>.</summary>
public sealed record ScriptOverdueNote(Timestamp At, StrategyId Strategy, CallNote Call, long AfterMs);
