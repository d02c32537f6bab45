using StrategyHost.Bybit;
using StrategyHost.Bybit.Rest;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Protection;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Operating;

/// <summary>
/// A person's orders while no host runs, straight at the exchange, so that who lost his host can still get out. No plan is known: what is
/// ours is told by the ids. The accounts are locked as a host locks them, before anything is sent.
/// </summary>
internal sealed class StoppedOperator(HostOptions options, Func<string, string?> environment, TimeProvider time)
{
    private readonly OrderClassifier _classifier = new(options.OrderIds);

    public async Task<Result<Document<PlanBlock>>> RunAsync(OrderRequested asked, CancellationToken cancellation)
    {
        if (Objection(asked) is { } objection)
        {
            return objection;
        }

        var opened = BybitConnection.Open(options, environment, needsKeys: true, time);
        if (!opened.IsOk)
        {
            return Result<Document<PlanBlock>>.Failed(opened.Errors);
        }

        using var connection = opened.Value;
        var locks = new List<FileStream>();
        try
        {
            var errors = await connection.CheckClockAsync(cancellation)
                ?? (asked.Apply ? await AccountChecks.CheckAsync(options, connection, locks, cancellation) : []);
            return errors.Count > 0
                ? Result<Document<PlanBlock>>.Failed(errors) : await RunAsync(asked, connection, cancellation);
        }
        finally
        {
            locks.ForEach(l => l.Dispose());
        }
    }

    private Error? Objection(OrderRequested asked)
    {
        if (options.EffectiveMode is HostMode.Simulated or HostMode.Paper)
        {
            return new Error
            {
                Field = "--data",
                Rule = "no_host",
                Message = "simulated accounts live in their host, and none runs on this data directory; start it with: strategyhost run",
            };
        }

        return asked.Scope.Strategy is null ? null : new Error
        {
            Field = "--strategy",
            Value = asked.Scope.Strategy.Value.Name,
            Rule = "no_host",
            Message = "no host runs, so what belongs to a strategy is not known; name a symbol, or leave --strategy out",
        };
    }

    private async Task<Result<Document<PlanBlock>>> RunAsync(
        OrderRequested asked, BybitConnection connection, CancellationToken cancellation)
    {
        var blocks = new List<PlanBlock>();
        foreach (var (account, client) in connection.Clients.Where(c => asked.Account is null || c.Account.Account == asked.Account))
        {
            var snapshot = await BybitSnapshot.FetchAsync(client, account.PositionMode, cancellation);
            if (!snapshot.IsOk)
            {
                return Result<Document<PlanBlock>>.Failed(snapshot.Errors);
            }

            var instruments = await connection.InstrumentsAsync(
                [.. snapshot.Value.Positions.Select(p => p.Symbol).Distinct()], cancellation);
            var picture = new AccountPicture(account.Account, snapshot.Value.Positions, snapshot.Value.OpenOrders);
            IReadOnlyList<OrderAction> Plan(AccountPicture p) => Planned(asked, p, instruments.IsOk ? instruments.Value : []);
            var block = Block(account.Account, Plan(picture));
            blocks.Add(asked.Apply ? await ApplyAsync(block, account, client, connection, Plan, cancellation) : block);
        }

        var now = new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds());
        return new Document<PlanBlock>("exchange", now.ToString(), blocks);
    }

    private IReadOnlyList<OrderAction> Planned(OrderRequested asked, AccountPicture picture, IReadOnlyList<Instrument> instruments) =>
        asked.Order switch
        {
            OperatorOrder.Flatten => Flattening.Plan(picture, asked.Scope.Symbol),
            OperatorOrder.Rebalance => Rebalancer.Plan(picture, UnplannedProtection.Of(
                picture, instruments, s => FallbackStop.PercentOf(options.Of(s).Protection), _classifier)),
        };

    private async Task<PlanBlock> ApplyAsync(
        PlanBlock block, AccountOptions account, BybitRestClient client, BybitConnection connection,
        Func<AccountPicture, IReadOnlyList<OrderAction>> plan, CancellationToken cancellation)
    {
        var direct = DirectAccount.Of(account, client, connection, time);
        var left = await direct.CarryOutAsync(plan, cancellation);
        return block with
        {
            Applied = true,
            Done = left is { Count: 0 },
            Left = left is null ? block.Actions : [.. left.Select(ActionRow.Of)],
            Refused = direct.Refused,
        };
    }

    private static PlanBlock Block(AccountId account, IReadOnlyList<OrderAction> actions) => new()
    {
        Account = account.Name,
        Applied = false,
        Done = actions.Count == 0,
        Actions = [.. actions.Select(ActionRow.Of)],
    };
}
