using System.Net;
using System.Net.Http.Headers;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Live;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Operating;

/// <summary>Gives a person's order to the running host of a data directory.</summary>
internal static class HostClient
{
    public static async Task<Result<Document<PlanBlock>>> OrderAsync(
        HostAddress host, OrderRequested asked, TimeSpan wait, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = wait };
        using var request = new HttpRequestMessage(
            asked.Apply ? HttpMethod.Post : HttpMethod.Get, new Uri(host.Url, asked.Order.ToString().ToLowerInvariant() + asked.Query));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", host.Token);
        try
        {
            using var answer = await client.SendAsync(request, cancellation);
            if (answer.StatusCode == HttpStatusCode.BadRequest)
            {
                return new Error
                {
                    Field = "--strategy",
                    Value = asked.Scope.Strategy?.Name,
                    Rule = "unknown_strategy",
                    Message = await answer.Content.ReadAsStringAsync(cancellation),
                };
            }

            answer.EnsureSuccessStatusCode();
            using var stream = await answer.Content.ReadAsStreamAsync(cancellation);
            return DocumentJson.Read<PlanBlock>(stream) is { } document ? document : NoAnswer(host, "an empty answer");
        }
        catch (HttpRequestException problem)
        {
            return NoAnswer(host, problem.Message);
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return NoAnswer(host, $"no answer within {wait.TotalSeconds} s");
        }
    }

    private static Error NoAnswer(HostAddress host, string why) => new()
    {
        Field = "--data",
        Value = host.Url.ToString(),
        Rule = "host_unreachable",
        Message = $"the running host (process {host.ProcessId}) did not answer: {why}; end it to work at the exchange itself",
    };
}
