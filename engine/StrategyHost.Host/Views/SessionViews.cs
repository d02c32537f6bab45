using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;
using StrategyHost.Host.Alerts;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Live;
using StrategyHost.Host.Operating;
using StrategyHost.Host.Performance;

namespace StrategyHost.Host.Views;

/// <summary>The documents of a running session, each looked up between two steps of the kernel.</summary>
internal static class SessionViews
{
    private const string Source = "host";

    public static Task<Document<HealthBlock>> HealthAsync(LiveSession session) => AskAsync(session, Health);

    public static Task<Document<StatusBlock>> StatusAsync(LiveSession session) =>
        AskAsync(session, (s, account, kernel, now) => new StatusBlock
        {
            Account = account.Account.Name,
            Health = Health(s, account, now),
            State = account.Halts.Halts.Any(h => h.Scope == HaltScope.All && h.Holds(now)) ? "halted"
                : s.Links.IsConnected(account.Account) ? "running" : "connecting",
            WalletBalance = AccountView.Text(account.Books.Balance),
            Equity = AccountView.Text(account.Equity),
            Available = AccountView.Text(account.Available),
            Strategies =
            [
                .. kernel.Lanes.Select(l => l.Setup).Where(x => Trades(x, account.Account)).Select(x => Strategy(s, x, account, now))
            ],
            Halts = SessionHalts.Rows(account.Halts.Halts),
            Limits = account.Halts.Limits(now),
            Summary = s.Board(account.Account).Look(b => View(s, account, now).Summary(Money(account, now).MaxDrawdownPercent, b)),
            ExchangeWalletBalance = Difference(account) is not null && account.Observed?.WalletBalance is { } wallet
                ? AccountView.Text(wallet) : null,
            WalletDifference = Difference(account),
            Recovery = s.Recovery(account.Account),
            Mirror = MirrorRows.Block(kernel, account),
            MirrorDrift = MirrorRows.Drift(kernel, account),
        });

    public static Task<Document<PositionsBlock>> PositionsAsync(LiveSession session) =>
        AskAsync(session, (s, account, kernel, now) => View(s, account, now).Positions() with
        {
            MirrorDrift = MirrorRows.Drift(kernel, account),
        });

    public static Task<Document<OrdersBlock>> OrdersAsync(LiveSession session) =>
        AskAsync(session, (s, account, now) => View(s, account, now).Orders());

    public static Task<Document<VerifyBlock>> VerifyAsync(LiveSession session) =>
        AskAsync(session, (s, account, now) => View(s, account, now).Verify(s.Links.IsConnected(account.Account)));

    public static Task<Document<PerformanceBlock>> PerformanceAsync(LiveSession session, GroupBy by) =>
        AskAsync(session, (s, account, now) => s.Board(account.Account).Look(b => PerformanceBlocks.Of(Money(account, now), b, by)));

    private static AccountMoneyView Money(AccountKernel account, Timestamp now) =>
        new(account.Account, account.Books.State, account.Books.Balance, account.Equity, now);

    /// <summary>How much the exchange's wallet is above the fold of executions; null: they are equal, or it has not said.</summary>
    private static string? Difference(AccountKernel account) =>
        account.Observed?.WalletBalance is { } wallet && decimal.Round(wallet - account.Books.Balance, 8) is not 0m and var difference
            ? AccountView.Text(difference) : null;

    private static Task<Document<T>> AskAsync<T>(LiveSession session, Func<LiveSession, AccountKernel, Timestamp, T> block) =>
        AskAsync(session, (s, account, _, now) => block(s, account, now));

    private static Task<Document<T>> AskAsync<T>(
        LiveSession session, Func<LiveSession, AccountKernel, EngineKernel, Timestamp, T> block) =>
        session.Loop.AskAsync((kernel, now) => new Document<T>(
            Source, now.ToString(), [.. kernel.Accounts.Select(a => block(session, a, kernel, now))]));

    private static HealthBlock Health(LiveSession session, AccountKernel account, Timestamp now)
    {
        var problems = session.Links.Problems(account.Account)
            .Concat(SessionHealth.Unpriced(account).Select(p => p.Text))
            .Concat(session.Executor.Record(account.Account).Alerts.Select(a => $"{a.At} {a.Code}: {a.Text}"));
        return View(session, account, now).Health(session.Links.IsConnected(account.Account), [.. problems]);
    }

    internal static AccountView View(LiveSession session, AccountKernel account, Timestamp now) => new()
    {
        Observed = account.Observed!, // a session always audits
        Now = now,
        Leverage = account.Setup.Leverage,
        OrderIds = session.Options.OrderIds,
        Instrument = symbol => account.Market.Knows(symbol) ? account.Market[symbol].Instrument : null,
        Mark = symbol => account.Market.Knows(symbol) && account.Market[symbol].Mark is > 0 and var mark ? new Price(mark) : null,
        Origin = position => account.Plans.FirstOrDefault(
                p => p.Symbol == position.Symbol && p.PositionIdx == position.PositionIdx && !p.Size.IsZero) is { } plan
            ? new PositionOrigin(plan.Strategy.Name, plan.OpenedAt) : null,
    };

    private static StrategyBlock Strategy(LiveSession session, StrategySetup setup, AccountKernel account, Timestamp now)
    {
        var parked = session.Executor.Parked.GetValueOrDefault(setup.Strategy);
        var error = parked ?? session.Reload?.Refused(setup.Strategy);
        var isHalted = account.Halts.Halts.Any(h => h.Holds(now) && h.Scope.Contains(new HaltScope(setup.Strategy, null)));
        var state = parked is not null ? "parked" : isHalted ? "halted" : "running";
        return new StrategyBlock(setup.Strategy.Name, setup.ScriptSha256, state, error?.ToString())
        {
            Reload = session.Reload?.Look(setup.Strategy),
        };
    }

    private static bool Trades(StrategySetup setup, AccountId account) => setup.Settings.Accounts switch
    {
        Core.Signals.AccountScope.Both => true,
        Core.Signals.AccountScope.Main => account == AccountId.Main,
        Core.Signals.AccountScope.Mirror => account == AccountId.Mirror,
    };
}
