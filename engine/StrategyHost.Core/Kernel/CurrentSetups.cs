using System.Collections;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// The strategies of a kernel in the version that trades, in the order of the options: what the parts of the kernel see where the options
/// say <see cref="EngineOptions.Strategies"/>. Only <see cref="VersionDesk"/> changes it.
/// </summary>
internal sealed class CurrentSetups(IEnumerable<StrategySetup> setups) : IReadOnlyList<StrategySetup>
{
    private readonly StrategySetup[] _setups = [.. setups];

    public StrategySetup this[int index] => _setups[index];

    public int Count => _setups.Length;

    public void Replace(int index, StrategySetup setup) => _setups[index] = setup;

    public IEnumerator<StrategySetup> GetEnumerator() => _setups.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
