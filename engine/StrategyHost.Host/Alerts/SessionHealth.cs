using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Live;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Alerts;

/// <summary>
/// Something that keeps a host from being healthy. Codes: <c>engine_stuck</c>, <c>not_connected</c>, <c>uncovered</c>,
/// <c>market_silent</c>.
/// </summary>
internal sealed record HealthProblem(string Account, string Code, string? Symbol, string Text)
{
    public bool IsAtRisk => Code is "uncovered" or "engine_stuck" or "market_silent";
}

/// <summary>Looks whether a session is healthy: its loop turns, every stream is up, every position is covered.</summary>
internal static class SessionHealth
{
    /// <summary>A loop that has not come to a question by then does not turn.</summary>
    private static readonly TimeSpan AnswerWait = TimeSpan.FromSeconds(5);

    /// <summary>Empty: it is. Cancelled when the session has ended.</summary>
    public static async Task<IReadOnlyList<HealthProblem>> LookAsync(
        LiveSession session, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            return await session.Loop.AskAsync((kernel, now) => Problems(session, kernel, now)).WaitAsync(AnswerWait, time, cancellation);
        }
        catch (TimeoutException)
        {
            return
            [
                new HealthProblem(AlertNotice.HostName, "engine_stuck", null,
                    $"the engine has not answered within {AnswerWait.TotalSeconds:0} s: it moves no trails and enters nothing; stops at "
                    + "the exchange stay"),
            ];
        }
    }

    private static HealthProblem[] Problems(LiveSession session, EngineKernel kernel, Timestamp now) =>
    [
        .. from account in kernel.Accounts
           from problem in Problems(session, account, now)
           select problem,
    ];

    private static IEnumerable<HealthProblem> Problems(LiveSession session, AccountKernel account, Timestamp now)
    {
        var name = account.Account.Name;
        if (!session.Links.IsConnected(account.Account))
        {
            yield return new HealthProblem(name, "not_connected", null, string.Join("; ", session.Links.Problems(account.Account)));
            yield break; // what was covered before need not be now, and nobody can tell
        }

        var rows = SessionViews.View(session, account, now).Verify(isConnected: true).Positions;
        foreach (var row in rows.Where(r => r.State != "covered" && !IsIgnored(session, account, r)))
        {
            var why = string.Join("; ", row.Problems.Select(p => $"{p.Text}. {p.Action}"));
            var what = $"the {row.Side} position of {row.Size} {row.Symbol} is {row.State}: its stop is for {row.StopCoveredSize}. {why}";
            yield return new HealthProblem(name, "uncovered", row.Symbol, what.TrimEnd());
        }

        foreach (var (symbol, since) in session.Links.Markets.Silent.Where(m => rows.Any(r => r.Symbol == m.Symbol.Name)))
        {
            yield return new HealthProblem(name, "market_silent", symbol.Name,
                $"nothing was heard of the market of {symbol} since {since}: its trails do not move, its stops rest on the exchange");
        }
    }

    /// <summary>The configuration says that positions of nobody are none of the host's business.</summary>
    private static bool IsIgnored(LiveSession session, AccountKernel account, CoverageRow row) =>
        session.Options.ForeignPositions == ForeignPositions.Ignore
        && !account.Plans.Any(p => p.Symbol.Name == row.Symbol && !p.Size.IsZero);
}
