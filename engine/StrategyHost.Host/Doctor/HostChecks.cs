using StrategyHost.Host.Live;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Doctor;

/// <summary>The running host, where there is one: whether it answers, is connected, and what it has to say.</summary>
internal static class HostChecks
{
    private const string Check = "running host";
    private static readonly TimeSpan AnswerWait = TimeSpan.FromSeconds(5);

    public static async Task<IEnumerable<Finding>> LookAsync(HostAddress? host, CancellationToken cancellation)
    {
        if (host is null)
        {
            return [Finding.Ok(Check, "none on this data directory")];
        }

        using var client = new HttpClient { Timeout = AnswerWait };
        try
        {
            using var stream = await client.GetStreamAsync(new Uri(host.Url, "health"), cancellation);
            return DocumentJson.Read<HealthBlock>(stream) is { } health ? health.Accounts.Select(Of) : [Silent(host, "an empty answer")];
        }
        catch (HttpRequestException problem)
        {
            return [Silent(host, problem.HttpRequestError.ToString())];
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return [Silent(host, $"no answer within {AnswerWait.TotalSeconds:0} s")];
        }
    }

    private static Finding Of(HealthBlock block)
    {
        var counts = $"{block.Account}: {block.ActivePositions} positions, {block.PendingOrders} orders, last update {block.LastUpdate}";
        return !block.WebsocketConnected
            ? Finding.Problem(Check, $"{counts}; not connected: {(block.Errors.Count > 0 ? block.Errors[0] : "it does not say why")}",
                "look at the network and at strategyhost status")
            : block.Errors.Count > 0
                ? Finding.Warning(Check, $"{counts}; it has said {block.Errors.Count} things, the last: {block.Errors[^1]}",
                    "look at strategyhost status, and at verify")
                : Finding.Ok(Check, counts);
    }

    private static Finding Silent(HostAddress host, string why) => Finding.Problem(
        Check, $"process {host.ProcessId} does not answer at {host.Url}: {why}",
        "look at its log; stops at the exchange stay whatever becomes of it");
}
