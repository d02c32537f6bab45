using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>
/// What a kernel needs to go on where another one stopped: the whole of it, as <see cref="EngineKernel.Save"/> gives it and
/// <see cref="SavedFold"/> puts it together from the effects of a run. Plain values, no behaviour; the journal writes its parts as JSON.
/// What is remembered, what is worked out again and what is forgotten: <c>engine/docs/recovery.md</c>.
/// </summary>
public sealed record SavedEngine
{
    public static readonly SavedEngine Empty = new();

    /// <summary>Main first.</summary>
    public IReadOnlyList<SavedAccount> Accounts { get; init; } = [];

    /// <summary>
    /// By account and number: those that are not finished, and finished ones of which late reports may still come or that a plan names.
    /// </summary>
    public IReadOnlyList<SavedPlan> Plans { get; init; } = [];
}

/// <summary>
/// Something of a saved state that a kernel could not take up, or took up with a loss; for the host to say. Code is stable:
/// <c>no_account</c>, <c>no_strategy</c>, <c>no_instrument</c> (the plan is not managed: its orders are known as ours, its entries are
/// taken back with the first picture, its position is treated by <c>foreignPositions</c>), <c>no_follower</c> (the mirror's plan of a plan
/// of main is not there), <c>delayed_entry</c> (an entry of the mirror waited for its delay and is not made), <c>entry_missed</c> (an
/// entry waited for a cancel, and its strategy is not in this run), <c>no_mirror_entry</c> (the mirror's journal has nothing of a signal
/// of a plan of main's), <c>mirror_not_closed</c> (nor of the close of one: the mirror's part of it is closed now),
/// <c>rolling_loss_short</c> (the rolling loss looks back further than the run before did).
/// </summary>
public sealed record NotRestored(AccountId Account, string Code, string Text)
{
    /// <summary>The plan that it is about; null: none.</summary>
    public SavedPlan? Plan { get; init; }
}
