namespace StrategyHost.Host.Alerts;

/// <summary>Until entries can be halted.</summary>
internal sealed class EntrySwitch : IEntrySwitch
{
    public Task<IReadOnlyList<string>> SwitchAsync(EntriesAsked asked, bool isOn, string by) =>
        Task.FromResult<IReadOnlyList<string>>(["not done: this build cannot halt entries"]);
}
