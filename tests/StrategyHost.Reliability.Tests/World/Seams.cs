using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Journal;
using StrategyHost.Reliability.Tests.Line;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>The kernel as the world drives it.</summary>
internal interface IEngine
{
    EngineKernel Kernel { get; }
    Timestamp NextDue { get; }

    void Step(EngineInput input, EffectList effects);
}

/// <summary>The way out of one account's requests, past its journal.</summary>
internal interface IWayOut : IDisposable
{
    void Send(AccountEffect request, JournalStamp stamp);

    void AskSnapshot();
}

/// <summary>What the way out of an account is made of.</summary>
internal sealed record WayParts(
    IExchangeAccount Account, IDisk Disk, IExchangeListener Listener, TimeProvider Time, Action<Error?> Stuck);

/// <summary>
/// Every part between the kernel and the exchange that a test may replace by a wrong one (planted bugs): by default the real thing.
/// </summary>
internal sealed record Seams
{
    public Func<EngineOptions, IEngine> Engine { get; init; } = o => new RealEngine(new EngineKernel(o));
    public Func<WayParts, IWayOut> WayOut { get; init; } = p => new RealWay(p);

    /// <summary>Between the way out and the line, as an adapter that does something else would stand there.</summary>
    public Func<IExchangeAccount, VirtualTime, IExchangeAccount> Adapter { get; init; } = (line, _) => line;

    /// <summary>Between the line and the host: what an adapter tells otherwise.</summary>
    public Func<IExchangeListener, IExchangeListener> Listener { get; init; } = l => l;
    public Func<SimDisk, IDisk> Disk { get; init; } = d => d;

    /// <summary>What a start takes from an account's disk.</summary>
    public Func<IReadOnlyList<DiskRecord>, Memory> Memory { get; init; } = World.Memory.Read;

    /// <summary>How the kernel takes it up.</summary>
    public Func<IEngine, SavedEngine, IReadOnlyList<NotRestored>> Restore { get; init; } = (engine, saved) => engine.Kernel.Restore(saved);

    /// <summary>What a line is told of the life before.</summary>
    public Action<SimLine, Memory> Resume { get; init; } = (line, memory) => line.Resume(memory);

    private sealed class RealEngine(EngineKernel kernel) : IEngine
    {
        public EngineKernel Kernel => kernel;
        public Timestamp NextDue => kernel.NextDue;

        public void Step(EngineInput input, EffectList effects) => kernel.Step(input, effects);
    }

    private sealed class RealWay(WayParts parts) : IWayOut
    {
        private readonly JournaledAccount _way = new(parts.Account, parts.Disk, parts.Listener, parts.Time) { Stuck = parts.Stuck };

        public void Send(AccountEffect request, JournalStamp stamp) => _way.Send(request, stamp);

        public void AskSnapshot() => _way.AskSnapshot();

        public void Dispose() => _way.Dispose();
    }
}
