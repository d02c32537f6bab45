using System.Text.Json.Serialization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// The bodies' JSON. Every value is written, null alone is left out, so that no reader depends on a default. Names of properties and enum
/// values are those of the types: renaming one is a new <see cref="JournalRow.CurrentVersion"/>.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters =
    [
        typeof(PriceJson), typeof(QuantityJson), typeof(MoneyJson), typeof(TimestampJson), typeof(TextJson), typeof(ScriptValueJson),
        typeof(AccountIdJson), typeof(StrategyIdJson), typeof(SymbolJson), typeof(ClientOrderIdJson), typeof(ExchangeOrderIdJson),
        typeof(ExecutionIdJson), typeof(NoEntryJson), typeof(WarmupJson),
    ])]
[JsonSerializable(typeof(Started))]
[JsonSerializable(typeof(Stopping))]
[JsonSerializable(typeof(TimePassed))]
[JsonSerializable(typeof(ReadinessChanged))]
[JsonSerializable(typeof(AccountShown))]
[JsonSerializable(typeof(FlattenAsked))]
[JsonSerializable(typeof(RebalanceAsked))]
[JsonSerializable(typeof(HaltAsked))]
[JsonSerializable(typeof(ResumeAsked))]
[JsonSerializable(typeof(MirrorSwitched))]
[JsonSerializable(typeof(InstrumentsAdded))]
[JsonSerializable(typeof(StrategyHeld))]
[JsonSerializable(typeof(StrategyReleased))]
[JsonSerializable(typeof(StrategyReplaced))]
[JsonSerializable(typeof(StrategyStateSaved))]
[JsonSerializable(typeof(ScriptReturnedNote))]
[JsonSerializable(typeof(ScriptOverdueNote))]
[JsonSerializable(typeof(Reported))]
[JsonSerializable(typeof(OrderReport))]
[JsonSerializable(typeof(FillReport))]
[JsonSerializable(typeof(PositionReport))]
[JsonSerializable(typeof(FundingReport))]
[JsonSerializable(typeof(WalletReport))]
[JsonSerializable(typeof(RefusalReport))]
[JsonSerializable(typeof(PlaceOrder))]
[JsonSerializable(typeof(AmendOrder))]
[JsonSerializable(typeof(CancelOrder))]
[JsonSerializable(typeof(SetTradingStop))]
[JsonSerializable(typeof(ReadAccount))]
[JsonSerializable(typeof(CallScriptNote))]
[JsonSerializable(typeof(TradeClosed))]
[JsonSerializable(typeof(OrderClosed))]
[JsonSerializable(typeof(SignalDecided))]
[JsonSerializable(typeof(ScriptLogged))]
[JsonSerializable(typeof(StrategyFaulted))]
[JsonSerializable(typeof(StrategyParked))]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(PlanSaved))]
[JsonSerializable(typeof(AccountSaved))]
[JsonSerializable(typeof(JournalGap))]
[JsonSerializable(typeof(EngineFacts))]
[JsonSerializable(typeof(StateMark))]
[JsonSerializable(typeof(WeeklyText))]
[JsonSerializable(typeof(EventNoEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;
