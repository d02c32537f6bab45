using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Journal;

/// <summary>
/// What strategies exported last; and, where another version did, what the text that trades now exported last: it may refuse the other.
/// </summary>
internal sealed record KeptStates(
    IReadOnlyDictionary<StrategyId, StrategyStateSaved> Newest, IReadOnlyDictionary<StrategyId, StrategyStateSaved> Own);

/// <summary>The newest state of each strategy, from the host's journal. One that is damaged or too large is refused with a line.</summary>
internal static class StrategyStates
{
    /// <summary>Strategies by the hashes of their texts.</summary>
    public static KeptStates Read(string file, IReadOnlyDictionary<StrategyId, string> strategies, ILogger log)
    {
        var (newest, own) = (new Dictionary<StrategyId, StrategyStateSaved>(), new Dictionary<StrategyId, StrategyStateSaved>());
        var states = new KeptStates(newest, own);
        var opened = JournalReader.Open(file);
        if (!opened.IsOk)
        {
            log.Error("strategies begin without the states that they exported: {Problem}", opened.Errors[0].ToString());
            return states;
        }

        using var reader = opened.Value;
        foreach (var (strategy, sha256) in strategies)
        {
            var state = Decoded(reader.NewestState(strategy.Name));
            if (!state.IsOk)
            {
                log.Error("{Strategy} begins without the state that it exported: {Problem}", strategy.Name, state.Errors[0].ToString());
            }
            else if (state.Value is { } saved)
            {
                newest.Add(strategy, saved);
                if (saved.ScriptSha256 != sha256 && Decoded(reader.NewestState(strategy.Name, sha256)) is { IsOk: true, Value: { } before })
                {
                    own.Add(strategy, before);
                }
            }
        }

        return states;
    }

    private static Result<StrategyStateSaved?> Decoded(Result<IReadOnlyList<JournalRecord>> found)
    {
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
