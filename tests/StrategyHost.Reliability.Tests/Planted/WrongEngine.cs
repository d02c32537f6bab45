using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>The real kernel that hears something else than was said, or whose wishes are done otherwise.</summary>
internal sealed class WrongEngine(EngineKernel kernel) : IEngine
{
    private readonly EffectList _effects = new();

    public EngineKernel Kernel => kernel;
    public Timestamp NextDue => kernel.NextDue;

    /// <summary>What it is told instead of an input.</summary>
    public Func<EngineInput, IEnumerable<EngineInput>> Hears { get; init; } = input => [input];

    /// <summary>What is done instead of an effect.</summary>
    public Func<Effect, EngineInput, IEnumerable<Effect>> Wants { get; init; } = (effect, _) => [effect];

    /// <summary>What is done before anything else at an input.</summary>
    public Func<EngineInput, IEnumerable<Effect>> First { get; init; } = _ => [];

    /// <summary>Effects of one step in another order.</summary>
    public Func<List<Effect>, IEnumerable<Effect>> Sorts { get; init; } = effects => effects;

    public void Step(EngineInput input, EffectList effects)
    {
        foreach (var early in First(input))
        {
            effects.Add(early);
        }

        foreach (var heard in Hears(input))
        {
            kernel.Step(heard, _effects);
            var wanted = new List<Effect>();
            while (_effects.TryTake(out var effect))
            {
                wanted.AddRange(Wants(effect!, heard)); // TryTake said that there is one
            }

            foreach (var effect in Sorts(wanted))
            {
                effects.Add(effect);
            }
        }
    }

    /// <summary>Every life's kernel wants something else.</summary>
    public static Seams Wanting(Func<EngineKernel, Func<Effect, EngineInput, IEnumerable<Effect>>> wants) => new()
    {
        Engine = o =>
        {
            var kernel = new EngineKernel(o);
            return new WrongEngine(kernel)
            {
                Wants = wants(kernel),
            };
        },
    };

    /// <summary>Requests are changed one by one, and none remembers another.</summary>
    public static Seams Asking(Func<AccountEffect, AccountEffect?> asks) => Wanting(_ => (effect, _) =>
        effect is not AccountEffect request ? [effect] : asks(request) is { } other ? [other] : []);

    /// <summary>Every life's kernel hears something else.</summary>
    public static Seams Hearing(Func<EngineInput, IEnumerable<EngineInput>> hears) => new()
    {
        Engine = o => new WrongEngine(new EngineKernel(o))
        {
            Hears = hears,
        },
    };
}
