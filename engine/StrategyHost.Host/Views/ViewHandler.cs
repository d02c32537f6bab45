using System.Net.Http.Headers;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Live;
using StrategyHost.Host.Performance;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Views;

/// <summary>
/// <c>status</c>, <c>positions</c>, <c>orders</c>, <c>performance</c>, <c>verify</c>: asks the running host of the data directory; with
/// none running, what the directory or the exchange says. <c>source</c> tells which.
/// </summary>
internal sealed class ViewHandler(TimeProvider time, Func<string, string?> environment) : ICommandHandler<ViewArguments>
{
    private static readonly TimeSpan AnswerWait = TimeSpan.FromSeconds(15);

    public CommandOutcome Run(ViewArguments arguments, CommandContext context, CancellationToken cancellation) => arguments.View switch
    {
        View.Status => Show<StatusBlock>(arguments, context, b => b.Account, ViewText.Status, cancellation),
        View.Positions => Show<PositionsBlock>(arguments, context, b => b.Account, ViewText.Positions, cancellation),
        View.Orders => Show<OrdersBlock>(arguments, context, b => b.Account, ViewText.Orders, cancellation),
        View.Performance => Show<PerformanceBlock>(arguments, context, b => b.Account, PerformanceText.Show, cancellation),
        View.Verify => Show<VerifyBlock>(arguments, context, b => b.Account, ViewText.Verify, cancellation),
    };

    private CommandOutcome Show<T>(
        ViewArguments arguments, CommandContext context, Func<T, string> account, Action<TextOutput, Document<T>> text,
        CancellationToken cancellation)
    {
        var directory = arguments.DataDirectory ?? context.Options.DataDirectory;
        var running = HostDirectory.Running(directory);
        var isDeaf = running is null && HostDirectory.IsTaken(directory);
        var asked = (running is { } host
            ? AskAsync<T>(host, arguments, cancellation)
            : new StoppedHost(directory, context.Options, environment, time) { IsDeaf = isDeaf }.ReadAsync<T>(arguments, cancellation))
            .GetAwaiter().GetResult();
        if (!asked.IsOk)
        {
            return CommandOutcome.Failed(asked.Errors);
        }

        var document = asked.Value with
        {
            Accounts = [.. asked.Value.Accounts.Where(b => arguments.Account is null || account(b) == arguments.Account.Value.Name)],
        };
        return new CommandOutcome
        {
            Code = document is Document<VerifyBlock> verified ? CodeOf(verified) : ExitCode.Ok,
            Warnings = isDeaf ? [Deaf] : [],
            Json = writer => DocumentJson.Write(writer, document),
            Text = output => text(output, document),
        };
    }

    /// <summary>What is not fully covered goes before what is not known (contracts §1).</summary>
    private static ExitCode CodeOf(Document<VerifyBlock> document)
    {
        var states = document.Accounts.SelectMany(a => a.Positions).Select(p => p.State).ToHashSet(StringComparer.Ordinal);
        return states.Contains("uncovered") || states.Contains("partial") ? ExitCode.Uncovered
            : states.Contains("unknown") ? ExitCode.CoverageUnknown : ExitCode.Ok;
    }

    private static async Task<Result<Document<T>>> AskAsync<T>(HostAddress host, ViewArguments arguments, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = AnswerWait };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.Token);
        try
        {
            using var stream = await client.GetStreamAsync(new Uri(host.Url, Path(arguments)), cancellation);
            return DocumentJson.Read<T>(stream) is { } document ? document : NoAnswer(host, "an empty answer");
        }
        catch (HttpRequestException problem)
        {
            return NoAnswer(host, problem.Message);
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return NoAnswer(host, $"no answer within {AnswerWait.TotalSeconds} s");
        }
    }

    private const string Deaf = "a host runs on this data directory but its host.json cannot be read, so it was not asked: it is starting "
        + "or ending, or the file is damaged and is written anew when the host is started again";

    private static string Path(ViewArguments arguments)
    {
        var path = arguments.View.ToString().ToLowerInvariant();
        return arguments.View == View.Performance ? $"{path}?by={arguments.By.ToString().ToLowerInvariant()}" : path;
    }

    private static Error NoAnswer(HostAddress host, string why) => new()
    {
        Field = "--data",
        Value = host.Url.ToString(),
        Rule = "host_unreachable",
        Message = $"the running host (process {host.ProcessId}) did not answer: {why}",
    };
}
