using System.Buffers.Binary;

namespace StrategyHost.Kill.Tests.Files;

/// <summary>
/// What goes wrong with an SQLite file, at places that a seed chooses. Pages begin with their kind: 2 and 10 are an index's, 5 and 13 a
/// table's (sqlite.org/fileformat2.html §1.6, read 2026-07-24).
/// </summary>
internal static class Damage
{
    public static IReadOnlyDictionary<string, Action<string, Random>> Kinds { get; } = new Dictionary<string, Action<string, Random>>
    {
        ["truncated"] = (path, chance) => Change(path, bytes => bytes[..(bytes.Length * chance.Next(30, 95) / 100)]),
        ["header"] = (path, chance) => Flip(path, chance.Next(0, 16)),
        ["schema page"] = (path, _) => Flip(path, 100),
        ["index page"] = (path, chance) => Flip(path, PageOf(path, chance, 2, 10)),
        ["table page"] = (path, chance) => Flip(path, PageOf(path, chance, 5, 13)),
        ["record"] = (path, chance) => Flip(path, RecordOf(path, chance)),
        ["text"] = (path, _) => File.WriteAllText(path, string.Concat(Enumerable.Repeat("this is no database\n", 300))),
    };

    /// <summary>All bits of one byte: a change that no kind of page takes for another.</summary>
    private static void Flip(string path, int at) => Change(path, bytes =>
    {
        bytes[at] ^= 0xFF;
        return bytes;
    });

    private static void Change(string path, Func<byte[], byte[]> change) => File.WriteAllBytes(path, change(File.ReadAllBytes(path)));

    private static int PageOf(string path, Random chance, params byte[] kinds)
    {
        var bytes = File.ReadAllBytes(path);
        var size = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(16));
        int[] pages = [.. Enumerable.Range(1, (bytes.Length / size) - 1).Select(p => p * size).Where(at => kinds.Contains(bytes[at]))];
        return pages[chance.Next(pages.Length)];
    }

    /// <summary>A byte inside the body of a record of the last leaf of a table.</summary>
    private static int RecordOf(string path, Random chance)
    {
        var bytes = File.ReadAllBytes(path);
        var size = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(16));
        int[] places =
        [
            .. from page in Enumerable.Range(1, (bytes.Length / size) - 1).Select(p => p * size)
               where bytes[page] == 13
               let cells = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(page + 3))
               where cells > 0
               let last = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(page + 8 + (2 * (cells - 1))))
               let at = bytes.AsSpan(page + last, size - last).IndexOf("BTCUSDT"u8)
               where at >= 0
               select page + last + at,
        ];
        return places[chance.Next(places.Length)];
    }
}
