namespace StrategyHost.Host.Tests.Live;

/// <summary>The simulated exchange's file without the host's journals: commands on it are answered by the exchange alone.</summary>
internal static class ExchangeCopy
{
    /// <summary>A new directory beside the data directory of a host that has ended.</summary>
    public static string Of(string data)
    {
        var copy = Directory.CreateDirectory($"{data}.exchange-{Guid.NewGuid():N}").FullName;
        foreach (var file in Directory.GetFiles(data, "exchange.db*"))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }
}
