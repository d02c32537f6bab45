using System.Net;
using System.Net.Http.Headers;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Live;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Operating;

/// <summary>Gives a person's order to the running host of a data directory.</summary>
internal static class HostClient
{
    public static Task<Result<Document<PlanBlock>>> OrderAsync(
        HostAddress host, OrderRequested asked, TimeSpan wait, CancellationToken cancellation) => AskAsync<PlanBlock>(
        host, (asked.Apply ? HttpMethod.Post : HttpMethod.Get, asked.Order.ToString().ToLowerInvariant() + asked.Query), wait,
        why => new Error { Field = "--strategy", Value = asked.Scope.Strategy?.Name, Rule = "unknown_strategy", Message = why },
        cancellation);

    public static Task<Result<Document<HaltBlock>>> HaltAsync(
        HostAddress host, HaltRequest asked, TimeSpan wait, CancellationToken cancellation) => AskAsync<HaltBlock>(
        host, (HttpMethod.Post, asked.Order.ToString().ToLowerInvariant() + asked.Query), wait,
        why => new Error { Rule = "refused", Message = why }, cancellation);

    /// <summary>What the host refuses, with status 400, is the error that its words are made to.</summary>
    private static async Task<Result<Document<T>>> AskAsync<T>(
        HostAddress host, (HttpMethod Method, string Path) ask, TimeSpan wait, Func<string, Error> refused, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = wait };
        using var request = new HttpRequestMessage(ask.Method, new Uri(host.Url, ask.Path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", host.Token);
        try
        {
            using var answer = await client.SendAsync(request, cancellation);
            if (answer.StatusCode == HttpStatusCode.BadRequest)
            {
                return refused(await answer.Content.ReadAsStringAsync(cancellation));
            }

            answer.EnsureSuccessStatusCode();
            using var stream = await answer.Content.ReadAsStreamAsync(cancellation);
            return DocumentJson.Read<T>(stream) is { } document ? document : NoAnswer(host, "an empty answer");
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
