using System.IO.Compression;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Import;

/// <summary>
/// An input file opened for streaming: plain, gzip or zip (its first member), told apart by their first bytes and not by their names.
/// <see cref="Position"/> is the place in the file as stored.
/// </summary>
internal sealed class SourceFile : IDisposable
{
    private readonly CountingStream _raw;
    private readonly ZipArchive? _zip;

    private SourceFile(string path, CountingStream raw, Stream content, ZipArchive? zip)
    {
        Path = path;
        _raw = raw;
        _zip = zip;
        Content = content;
    }

    public string Path { get; }
    public Stream Content { get; }
    public long Position => _raw.BytesRead;
    public long Length => _raw.Length;

    public static Result<SourceFile> Open(string path)
    {
        CountingStream? raw = null;
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
            raw = new CountingStream(file);
            Span<byte> magic = stackalloc byte[4];
            var length = raw.ReadAtLeast(magic, 4, throwOnEndOfStream: false);
            raw.Restart();
            if (length >= 2 && magic[0] == 0x1f && magic[1] == 0x8b)
            {
                return new SourceFile(path, raw, new CheckedGzipStream(file, raw), null);
            }

            return length == 4 && magic.SequenceEqual("PK\u0003\u0004"u8) ? OpenZip(path, raw) : new SourceFile(path, raw, raw, null);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            raw?.Dispose();
            return ImportErrors.Unreadable(path, problem.Message);
        }
    }

    public void Dispose()
    {
        Content.Dispose();
        _zip?.Dispose();
        _raw.Dispose();
    }

    private static Result<SourceFile> OpenZip(string path, CountingStream raw)
    {
        try
        {
            var zip = new ZipArchive(raw, ZipArchiveMode.Read, leaveOpen: true);
            var members = zip.Entries.Where(e => e.Length > 0).ToList();
            if (members.Count == 1)
            {
                raw.Restart();
                return new SourceFile(path, raw, new Crc32Stream(members[0].Open(), members[0].Crc32), zip);
            }

            raw.Dispose();
            return ImportErrors.Unreadable(path, $"the zip holds {members.Count} files where one is expected; unpack it");
        }
        catch (InvalidDataException)
        {
            // The directory at the end is missing: the file was cut short. Its first member can still be read up to there.
            raw.Restart();
            return new SourceFile(path, raw, FirstMember(raw), null);
        }
    }

    // Local file header: 30 bytes, then name and extra field (PKWARE APPNOTE 4.3.7). Method 0 is stored, 8 is deflate.
    private static TruncatedStream FirstMember(CountingStream raw)
    {
        Span<byte> header = stackalloc byte[30];
        raw.ReadExactly(header);
        var method = BitConverter.ToUInt16(header[8..]);
        raw.Skip(BitConverter.ToUInt16(header[26..]) + BitConverter.ToUInt16(header[28..]));
        return new TruncatedStream(method == 8 ? new DeflateStream(raw, CompressionMode.Decompress) : raw);
    }
}
