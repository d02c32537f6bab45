using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StrategyHost.Storage.Journal;

/// <summary>Eight bytes of the SHA-256 of all that a row says: SQLite does not notice a changed byte inside a text.</summary>
internal static class JournalChecksum
{
    public static long Of(string run, JournalRow row) => Of(string.Join('\n', run, row.Stamp.Seq.ToString(CultureInfo.InvariantCulture),
        row.Stamp.Part.ToString(CultureInfo.InvariantCulture), row.Stamp.At.Ms.ToString(CultureInfo.InvariantCulture),
        row.Version.ToString(CultureInfo.InvariantCulture), row.Kind, row.Strategy, row.Symbol, row.OrderId, row.ExchangeId, row.SignalId,
        row.Plan?.ToString(CultureInfo.InvariantCulture), row.Body));

    private static long Of(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }
}
