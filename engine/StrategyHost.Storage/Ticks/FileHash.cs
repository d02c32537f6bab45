using System.Security.Cryptography;

namespace StrategyHost.Storage.Ticks;

/// <summary>
/// SHA-256 of files' bytes as stored: what <c>sha256sum FILE</c>, and for several <c>cat FILES | sha256sum</c>, says, so that anybody can
/// check it without this program.
/// </summary>
internal sealed class FileHash : IDisposable
{
    private readonly IncrementalHash _all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[1 << 20];

    /// <summary>Adds a file to the whole and returns its own hash.</summary>
    public string Add(string path)
    {
        using var own = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        for (int count; (count = file.Read(_buffer)) > 0;)
        {
            own.AppendData(_buffer, 0, count);
            _all.AppendData(_buffer, 0, count);
        }

        return Convert.ToHexStringLower(own.GetHashAndReset());
    }

    public string Total() => Convert.ToHexStringLower(_all.GetCurrentHash());

    public void Dispose() => _all.Dispose();
}
