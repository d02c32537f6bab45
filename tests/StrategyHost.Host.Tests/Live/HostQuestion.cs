using System.Text.Json;

namespace StrategyHost.Host.Tests.Live;

/// <summary>
/// A question at the command line. On a busy machine a host may take longer than the command waits for it: it is asked again then, and only
/// what goes on for minutes is a failure.
/// </summary>
internal static class HostQuestion
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task<JsonElement> AskAsync(
        IReadOnlyDictionary<string, string> environment, string config, string view, params string[] more) =>
        JsonDocument.Parse(await TextAsync(environment, [view, "--json", "--config", config, .. more])).RootElement;

    /// <summary>What the command prints.</summary>
    public static async Task<string> TextAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var (code, text, error) = await HostProcess.RunAsync(environment, arguments);
            if (code == 0)
            {
                return text;
            }

            Assert.Contains("did not answer", error, StringComparison.Ordinal);
            Assert.False(patience.IsCancellationRequested, error);
        }
    }

    /// <summary>The blocks of the accounts.</summary>
    public static async Task<JsonElement[]> AccountsAsync(
        IReadOnlyDictionary<string, string> environment, string config, string view, params string[] more) =>
        [.. (await AskAsync(environment, config, view, more)).GetProperty("accounts").EnumerateArray()];
}
