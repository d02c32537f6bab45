using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>How often a person halts and resumes an account, per market event; a word may be about a part of it, or for a time.</summary>
internal sealed record People(double Halts, double Resumes)
{
    public static readonly People Nobody = new(0, 0);
}

/// <summary>The person of one account: asks the host for <c>halt</c> and <c>resume</c>, at random; its dice are its own.</summary>
internal sealed class Person(AccountId account, WorldOptions options, People people)
{
    private readonly Dice _dice = Dice.Of(options.Seed, "person/" + account.Name);

    public void Look(SimHost host, SimMarket market)
    {
        if (people.Halts > 0 && _dice.Chance(people.Halts))
        {
            var (scope, forMs) = (Scope(market), _dice.Chance(0.5) ? _dice.Int(100, 60_000) : (int?)null);
            host.Post(at => new HaltAsked(account, scope, "a person") { At = at, Until = forMs is { } ms ? at.AddMs(ms) : null });
        }

        if (people.Resumes > 0 && _dice.Chance(people.Resumes))
        {
            var (scope, forMs) = (_dice.Chance(0.6) ? HaltScope.All : Scope(market), _dice.Chance(0.2) ? _dice.Int(100, 30_000) : (int?)null);
            host.Post(at => new ResumeAsked(account, scope, "a person") { At = at, Until = forMs is { } ms ? at.AddMs(ms) : null });
        }
    }

    private HaltScope Scope(SimMarket market) => _dice.Int(0, 3) switch
    {
        0 => HaltScope.All,
        1 => new HaltScope(new StrategyId("s0"), null),
        2 => new HaltScope(null, market.Symbol),
        _ => new HaltScope(new StrategyId("s0"), market.Symbol),
    };
}
