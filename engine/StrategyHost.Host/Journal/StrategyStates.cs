using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Journal;

/// <summary>The newest state of each strategy, from the host's journal. One that is damaged or too large is refused with a line.</summary>
internal static class StrategyStates
{
    public static IReadOnlyDictionary<StrategyId, StrategyStateSaved> Read(string file, IEnumerable<StrategyId> strategies, ILogger log)
    {
        var states = new Dictionary<StrategyId, StrategyStateSaved>();
        var opened = JournalReader.Open(file);
        if (!opened.IsOk)
        {
            log.Error("strategies begin without the states that they exported: {Problem}", opened.Errors[0].ToString());
            return states;
        }

        using var reader = opened.Value;
        foreach (var strategy in strategies)
        {
            var state = Newest(reader, strategy);
            if (!state.IsOk)
            {
                log.Error("{Strategy} begins without the state that it exported: {Problem}", strategy.Name, state.Errors[0].ToString());
            }
            else if (state.Value is { } saved)
            {
                states.Add(strategy, saved);
            }
        }

        return states;
    }

    private static Result<StrategyStateSaved?> Newest(JournalReader reader, StrategyId strategy)
    {
        var found = reader.NewestState(strategy.Name);
        if (!found.IsOk || found.Value.Count == 0)
        {
            return found.IsOk ? Result<StrategyStateSaved?>.Ok(null) : Result<StrategyStateSaved?>.Failed(found.Errors);
        }

        var decoded = JournalCodec.Decode(found.Value[0].Row);
        return decoded is { IsOk: true, Value: StrategyStateSaved state }
            ? Checked(state) : Result<StrategyStateSaved?>.Failed(decoded.Errors);
    }

    private static Result<StrategyStateSaved?> Checked(StrategyStateSaved state) =>
        state.Json.Length <= ScriptLimits.StateCharactersMax ? Result<StrategyStateSaved?>.Ok(state) : new Error
        {
            Field = "export_state",
            Value = FormattableString.Invariant($"{state.Json.Length}"),
            Rule = "script_state",
            Message = $"its state has more than {ScriptLimits.StateCharactersMax} characters; export the few values that a restart needs",
        };
}
