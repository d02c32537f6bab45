using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Live;

/// <summary>
/// An exchange account that this process trades alone, as far as this user on this machine can know it (exit code 3, reliability §5.5): two
/// hosts would cancel each other's entries and move each other's stops. Hosts on other machines are not seen. The lock is an open file.
/// </summary>
internal static class AccountLock
{
    /// <summary>Rule <c>held</c>: another host has the account.</summary>
    /// <param name="exchange">Host and port of the exchange.</param>
    /// <param name="userId">The account's number there (UID).</param>
    public static Result<FileStream> Hold(string exchange, long userId)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var folder = Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), "strategyhost");
        var file = Path.Combine(folder, $"account-{exchange.Replace(':', '-')}-{userId}.lock");
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new Error
            {
                File = file,
                Rule = "held",
                Message = $"another host of this machine trades the account with UID {userId}, or its lock cannot be used: "
                    + problem.Message,
            };
        }
    }
}
