using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Live;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Alerts;

/// <summary>
/// Something that keeps a host from being healthy. Codes: <c>engine_stuck</c>, <c>not_connected</c>, <c>uncovered</c>, <c>no_price</c>,
/// <c>market_silent</c>, <c>not_watched</c>.
/// </summary>
internal sealed record HealthProblem(string Account, string Code, string? Symbol, string Text)
{
    /// <summary>The look itself failed.</summary>
    public const string NotWatched = "not_watched";

    /// <summary>While it lasts nobody can tell what else is wrong.</summary>
    public bool IsBlind => Code is "engine_stuck" or NotWatched;

    public bool IsAtRisk => Code is "uncovered" or "engine_stuck" or "no_price" or "market_silent" or NotWatched;
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

        foreach (var (symbol, text) in Unpriced(account))
        {
            yield return new HealthProblem(name, "no_price", symbol, text);
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

    /// <summary>
    /// Symbols with a position of a plan and without a price: the kernel judges no equity and no loss limit until there is one, and refuses
    /// entries.
    /// </summary>
    public static IEnumerable<(string Symbol, string Text)> Unpriced(AccountKernel account) =>
        from plan in account.Plans
        where !plan.Size.IsZero && account.Market[plan.Symbol].Mark == 0
        group plan by plan.Symbol.Name into open
        select (open.Key, $"no price of {open.Key} has come, where {open.First().Strategy} has a position: its trail does not move, the "
            + "account's equity is not known, its loss limits are not judged and nothing is entered; the stop at the exchange stays. "
            + "See why its market data does not come, or close the position");

    /// <summary>The configuration says that positions of nobody are none of the host's business.</summary>
    private static bool IsIgnored(LiveSession session, AccountKernel account, CoverageRow row) =>
        session.Options.ForeignPositions == ForeignPositions.Ignore
        && !account.Plans.Any(p => p.Symbol.Name == row.Symbol && !p.Size.IsZero);
}
