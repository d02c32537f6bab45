using StrategyHost.Emulator.Streams;

namespace StrategyHost.Emulator.Control;

/// <summary>Stand-in until the faults come.</summary>
internal sealed class FaultTable
{
    public IEnumerable<byte[]> OnMessage(StreamConnection connection, string topic, byte[] frame) => [frame];
}
