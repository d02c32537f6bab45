using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;

namespace StrategyHost.Storage.Journal;

/// <summary>The table of what the journal can hold. A new input, report or effect gets its line here.</summary>
internal static class JournalKinds
{
    private static readonly JournalJson Json = JournalJson.Default;

    public static IReadOnlyList<JournalKind> All { get; } =
    [
        Of(Json.Started, (_, row) => row),
        Of(Json.Stopping, (_, row) => row),
        Of(Json.TimePassed, (_, row) => row),
        Of(Json.ReadinessChanged, (x, row) => row with { Symbol = x.Symbol?.Name }),
        Of(Json.AccountShown, (_, row) => row),
        Of(Json.FlattenAsked, (x, row) => row with { Strategy = x.Scope.Strategy?.Name, Symbol = x.Scope.Symbol?.Name }),
        Of(Json.RebalanceAsked, (_, row) => row),
        Of(Json.HaltAsked, (x, row) => row with { Strategy = x.Scope.Strategy?.Name, Symbol = x.Scope.Symbol?.Name }),
        Of(Json.ResumeAsked, (x, row) => row with { Strategy = x.Scope.Strategy?.Name, Symbol = x.Scope.Symbol?.Name }),
        Of(Json.MirrorSwitched, (_, row) => row),
        Of(Json.InstrumentsAdded, (_, row) => row),
        Of(Json.StrategyHeld, (x, row) => row with { Strategy = x.Strategy.Name }),
        Of(Json.StrategyReleased, (x, row) => row with { Strategy = x.Strategy.Name }),
        Of(Json.StrategyReplaced, (x, row) => row with { Strategy = x.Setup.Strategy.Name }),
        Of(Json.StrategyStateSaved, (x, row) => row with { Strategy = x.Strategy.Name }),
        Of(Json.Reported, (_, row) => row),
        Note<ScriptReturned, ScriptReturnedNote>(
            Json.ScriptReturnedNote,
            x => new ScriptReturnedNote(x.At, x.Strategy, CallNote.Of(x.Call), x.Answer),
            (note, row) => Call(row, note.Strategy, note.Call)),
        Note<ScriptOverdue, ScriptOverdueNote>(
            Json.ScriptOverdueNote,
            x => new ScriptOverdueNote(x.At, x.Strategy, CallNote.Of(x.Call), x.AfterMs),
            (note, row) => Call(row, note.Strategy, note.Call)),

        Of(Json.OrderReport, (x, row) => Order(row, x.Symbol, x.ClientOrderId, x.OrderId)),
        Of(Json.FillReport, (x, row) => Order(row, x.Symbol, x.ClientOrderId, x.OrderId)),
        Of(Json.PositionReport, (x, row) => row with { Symbol = x.Symbol.Name }),
        Of(Json.FundingReport, (x, row) => row with { Symbol = x.Symbol.Name }),
        Of(Json.WalletReport, (_, row) => row),
        Of(Json.RefusalReport, (x, row) => Order(row, x.Symbol, x.ClientOrderId)),

        Of(Json.PlaceOrder, (x, row) => Order(row, x.Request.Symbol, x.Request.ClientOrderId) with { SignalId = Some(x.SignalId) }),
        Of(Json.AmendOrder, (x, row) => Order(row, x.Amendment.Symbol, x.Amendment.ClientOrderId)),
        Of(Json.CancelOrder, (x, row) => Order(row, x.Symbol, x.Id)),
        Of(Json.SetTradingStop, (x, row) => row with { Symbol = x.Wanted.Symbol.Name, Plan = x.Plan == 0 ? null : x.Plan }),
        Of(Json.ReadAccount, (_, row) => row),
        Note<CallScript, CallScriptNote>(
            Json.CallScriptNote,
            x => new CallScriptNote(x.Strategy, CallNote.Of(x.Call)),
            (note, row) => Call(row, note.Strategy, note.Call)),
        Of(Json.TradeClosed, (x, row) => row with
        {
            Strategy = x.Trade.Strategy.Name,
            Symbol = x.Trade.Symbol.Name,
            SignalId = Some(x.Trade.SignalId),
        }),
        Of(Json.OrderClosed, (x, row) => Order(row, x.Order.Symbol, new ClientOrderId(x.Order.OrderLinkId)) with
        {
            Strategy = x.Order.Strategy.Name,
        }),
        Of(Json.SignalDecided, (x, row) => row with { Strategy = x.Strategy.Name, Symbol = x.Symbol.Name, SignalId = x.SignalId }),
        Of(Json.ScriptLogged, (x, row) => row with { Strategy = x.Strategy.Name }),
        Of(Json.StrategyFaulted, (x, row) => row with { Strategy = x.Strategy.Name }),
        Of(Json.StrategyParked, (x, row) => row with { Strategy = x.Strategy.Name }),
        Of(Json.Alert, (_, row) => row),
        Of(Json.PlanSaved, (x, row) => row with { Strategy = x.Plan.Strategy.Name, Symbol = x.Plan.Symbol.Name, Plan = x.Plan.Number }),
        Of(Json.AccountSaved, (_, row) => row),
        Of(Json.JournalGap, (_, row) => row),
        Of(Json.EngineFacts, (_, row) => row),
        Of(Json.StateMark, (_, row) => row),
    ];

    private static JournalRow Call(JournalRow row, StrategyId strategy, CallNote call) =>
        row with { Strategy = strategy.Name, Symbol = call.Symbol?.Name };

    /// <summary>Ours carries its plan; an order that the exchange made has only the exchange's id.</summary>
    private static JournalRow Order(JournalRow row, Symbol symbol, ClientOrderId id, ExchangeOrderId exchange = default) => row with
    {
        Symbol = symbol.Name,
        OrderId = Some(id.Value),
        ExchangeId = Some(exchange.Value),
        Plan = !id.IsNone && OrderTag.TryRead(id.Value, out var tag) ? tag.Plan : null,
    };

    private static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static JournalKind Of<T>(JsonTypeInfo<T> json, Func<T, JournalRow, JournalRow> columns)
        where T : notnull => Note<T, T>(json, x => x, columns);

    private static JournalKind Note<T, TNote>(JsonTypeInfo<TNote> json, Func<T, TNote> note, Func<TNote, JournalRow, JournalRow> columns)
        where TNote : notnull => new(
        typeof(T).Name,
        typeof(T),
        what => JsonSerializer.Serialize(note((T)what), json),
        body => JsonSerializer.Deserialize(body, json) ?? throw new JsonException("the body says null"),
        (what, row) => columns(note((T)what), row));
}
