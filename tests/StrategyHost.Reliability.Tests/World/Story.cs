using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Reliability.Tests.Line;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>
/// The rolling hash of everything that was stepped and wanted (I-23), and where it is kept the text of it: the story of a failure, and
/// main's trace (I-12).
/// </summary>
internal sealed class Story(bool keeps) : IHostWatch
{
    private readonly List<string> _lines = [];
    private readonly List<string> _main = [];

    public ulong Hash { get; private set; } = 14695981039346656037UL;
    public long Steps { get; private set; }

    /// <summary>The engine's time of the last step.</summary>
    public Timestamp At { get; private set; }
    public IReadOnlyList<string> Lines => _lines;
    public IReadOnlyList<string> Main => _main;

    /// <summary>Who else looks at effects.</summary>
    public Action<Effect>? Also { get; set; }

    /// <summary>Who else looks at what is stepped, before it is.</summary>
    public Action<EngineInput>? AlsoStepped { get; set; }

    public void Stepped(EngineInput input, long nowMs)
    {
        Steps++;
        At = input.At;
        AlsoStepped?.Invoke(input);
        Mix(nowMs);
        Mix(input.At.Ms);
        Mix(input.GetType().Name);
        if (input is Reported { Reports: var reports })
        {
            foreach (var report in reports)
            {
                Mix(report.GetType().Name);
                Mix(report switch
                {
                    FillReport fill => fill.Quantity.Units ^ fill.Price.Units,
                    OrderReport order => ((long)order.Status << 50) ^ order.FilledQuantity.Units,
                    PositionReport position => position.Size.Units ^ (position.StopLoss?.Units ?? 0),
                    _ => 0,
                });
            }
        }

        if (keeps && Text(input) is { } text)
        {
            Say(nowMs, "> " + text);
        }
    }

    public void Wanted(Effect effect, long nowMs)
    {
        Mix(effect.GetType().Name);
        Mix(effect switch
        {
            PlaceOrder { Request: var r } => r.ClientOrderId.Value,
            AmendOrder { Amendment: var a } => a.ClientOrderId.Value,
            CancelOrder cancel => cancel.Id.Value,
            SignalDecided decided => decided.Outcome,
            Alert alert => alert.Code,
            _ => "",
        });
        Mix(effect is SetTradingStop { Wanted: var w } ? w.StopLoss?.Units ?? 0 : 0);
        Also?.Invoke(effect);
        if (!keeps)
        {
            return;
        }

        if (Text(effect) is { } text)
        {
            Say(nowMs, "< " + text);
        }

        if (IsMains(effect))
        {
            _main.Add($"{_main.Count + 1} {nowMs} {effect}");
        }
    }

    public void Say(long nowMs, string text)
    {
        if (keeps)
        {
            _lines.Add($"{(nowMs - VirtualTime.StartMs) / 1000.0:F3} {text}");
        }
    }

    private static bool IsMains(Effect effect) => effect switch
    {
        AccountEffect a => a.Account == AccountId.Main,
        SaveEffect => false, // for the journal: what is done is in the other effects
        TradeClosed t => t.Trade.Account == AccountId.Main,
        OrderClosed o => o.Order.Account == AccountId.Main,
        CallScript => false, // its text is the type's; what it leads to is in the other effects
        _ => true,
    };

    private static string? Text(EngineInput input) => input switch
    {
        Reported { Reports: var reports } => string.Join("; ", reports.Select(Text)),
        AccountShown shown => $"{shown.Account} shown: {string.Join(", ", shown.Positions.Select(Text))}; orders "
            + string.Join(' ', shown.Orders.Select(o => $"{o.ClientOrderId}/{o.StopOrderType}")),
        ReadinessChanged ready => $"{ready.Account} {ready.Symbol} {ready.Source} ready {ready.IsReady}",
        ScriptReturned { Answer.Value.IsNothing: false } returned => $"{returned.Strategy} wants {returned.Answer.Value}",
        TradesPrinted trades => $"{trades.Block.Symbol} {new Price(trades.Block.Price[trades.From])}",
        Started or Stopping => input.GetType().Name,
        _ => null,
    };

    private static string Text(ExchangeReport report) => $"{report.Account} " + report switch
    {
        OrderReport o => $"{o.ClientOrderId}({o.OrderId}) {o.Status} {o.FilledQuantity}/{o.Quantity} at {o.Price} {o.TriggerPrice} "
            + $"{o.StopOrderType} {o.Reason}",
        FillReport f => $"{f.ExecutionId} {f.ClientOrderId}({f.OrderId}) {f.Side} {f.Quantity} at {f.Price} {f.StopOrderType} {f.ExecType}",
        PositionReport p => $"{p.Symbol} {p.PositionIdx} {p.Side} {p.Size} stop {p.StopLoss}",
        RefusalReport r => $"refused {r.Request} {r.ClientOrderId} {r.Code} {r.Text}",
        _ => report.GetType().Name,
    };

    private static string? Text(Effect effect) => effect switch
    {
        CallScript or OrderClosed => null,
        Alert alert => $"{alert.Account} ALERT {alert.Code}: {alert.Text}",
        SignalDecided decided => $"{decided.Strategy} {decided.Action} {decided.Symbol}: {decided.Outcome} {decided.Text}",
        TradeClosed { Trade: var t } => $"{t.Account} trade {t.Symbol} {t.Side} {t.Quantity} {t.ExitReason}",
        ReadAccount read => $"{read.Account} asks for the account",
        AccountEffect request => $"{request.Account} {LineCounter.Text(request)}",
        _ => effect.GetType().Name,
    };

    private void Mix(long value) => Hash = (Hash ^ (ulong)value) * 1099511628211UL;

    private void Mix(string? text)
    {
        foreach (var letter in text ?? "")
        {
            Hash = (Hash ^ letter) * 1099511628211UL;
        }
    }
}
