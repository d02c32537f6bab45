using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// Everything that a run's kernel was made from: the first record of the run in the host's file (step 0). With it and the inputs, another
/// kernel takes the same steps.
/// </summary>
public sealed record EngineFacts(EngineOptions Options)
{
    /// <summary>The state that the kernel took up before its first input; null: it began with none.</summary>
    public SavedEngine? Saved { get; init; }

    /// <summary>The texts of the scripts that the run began with; those of later versions stand where they took over.</summary>
    public IReadOnlyList<LoadedScript> Scripts { get; init; } = [];
}

/// <summary>A strategy's script and what it required, as they were read; a text beyond what a journal takes is null.</summary>
public sealed record LoadedScript(StrategyId Strategy, IReadOnlyList<ScriptFile> Files);

/// <summary>
/// After a step of the run, in the host's file: so far it came, and stood so. Hash: <see cref="StateHash"/> of the kernel.
/// IsLast: the run ended in order, and this was its last step.
/// </summary>
public sealed record StateMark(string Hash, bool IsLast)
{
    /// <summary>Its part of the step: after all effects.</summary>
    public int Part => IsLast ? int.MaxValue : int.MaxValue - 1;
}
