namespace StrategyHost.Core.Kernel.Saved;

/// <summary>
/// SHA-256 of a saved state, as 64 lower-case hexadecimal characters: equal for equal states, whatever way they came (the order of lists that
/// have none and the trailing zeros of decimals do not count).
/// </summary>
public static class StateHash
{
    public static string Of(SavedEngine saved) => throw new NotImplementedException();
}
