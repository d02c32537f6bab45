using System.Collections.Concurrent;
using Serilog.Core;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Live;
using StrategyHost.Storage.Journal;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Situations;

/// <summary>The host's kernel and loop on a world's accounts, with a strategy that says what the situation tells it to say.</summary>
internal sealed class SituationHost : IEffectSink, IAsyncDisposable
{
    private readonly ISituationWorld _world;
    private readonly Told _script = new();
    private readonly LinkBoard _links = new([AccountId.Main, AccountId.Mirror], Logger.None);
    private readonly EngineLoop _loop;

    public SituationHost(ISituationWorld world, ForeignPositions policy, string installation)
    {
        _world = world;
        var options = new EngineOptions
        {
            Main = new AccountSetup { Account = AccountId.Main, StartBalance = SituationMarket.Balance },
            Mirror = new AccountSetup { Account = AccountId.Mirror, StartBalance = SituationMarket.Balance },
            MirrorSettings = new MirrorSettings { EntryTtlMs = 3000 },
            Strategies = [SituationMarket.Setup(Settings, _script)],
            Instruments = [world.Instrument],
            Risk = new RiskSettings(),
            AuditMs = world.AuditMs,
            ForeignPositions = policy,
            Installation = installation,
        };
        var subscription = new MarketSubscription(SituationMarket.Btc) { BookDepth = 50 };
        _loop = new EngineLoop(new EngineKernel(options), this, new LiveMarket([subscription]), _links, world.Time);
    }

    /// <summary>Alerts so far, as "account code: text".</summary>
    public ConcurrentQueue<string> Alerts { get; } = new();

    /// <summary>What became of the strategy's signals, one line each.</summary>
    public ConcurrentQueue<string> Outcomes { get; } = new();

    /// <summary>Why the loop ended, if it did.</summary>
    public string? Failure => _loop.Ended.Exception?.ToString();

    /// <summary>Time of the last input that the host took.</summary>
    public Timestamp LastAt => _loop.LastAt;

    public async Task StartAsync()
    {
        _loop.Start();
        await _world.OpenAsync(_loop, IsIdle);
        await ConnectedAsync(AccountId.Main);
        await ConnectedAsync(AccountId.Mirror);
        _loop.Post(at => new Started { At = at });
        _world.Account(AccountId.Main).AskSnapshot();
        _world.Account(AccountId.Mirror).AskSnapshot();
    }

    /// <summary>Waits until the host may enter on an account: it is connected, and no order is in doubt.</summary>
    public Task ConnectedAsync(AccountId account) => _world.UntilAsync(async () => await _loop.AskAsync((kernel, _) =>
        _links.IsConnected(account) && !kernel.Accounts.Where(a => a.Account == account).SelectMany(a => a.Plans)
            .SelectMany(p => p.Entries).Any(e => e.Order.Status == OrderStatus.Unknown))
        ? null : $"the links of {account} do not come up");

    /// <summary>Says this at the next trade.</summary>
    public void Say(ScriptValue signal) => _script.Next.Enqueue(signal);

    public void Take(EngineInput input, JournalStamp stamp)
    {
        // Nothing is recorded here.
    }

    public void Do(Effect effect, JournalStamp stamp)
    {
        switch (effect)
        {
            case CallScript call:
                var answer = _script.Call(call.Call, call.View);
                _loop.Post(at => new ScriptReturned(call.Strategy, call.Call, answer) { At = at });
                break;
            case Alert alert:
                Alerts.Enqueue($"{alert.Account} {alert.Code}: {alert.Text}");
                break;
            case ReadAccount read:
                _world.Account(read.Account).AskSnapshot();
                break;
            case AccountEffect request:
                _world.Account(request.Account).Send(request);
                break;
            case SignalDecided signal:
                Outcomes.Enqueue($"{signal.Outcome} {signal.Text}");
                break;
        }
    }

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private bool IsIdle() => _loop.Ended.IsCompleted || _loop.AskAsync((_, _) => _loop.Waiting).GetAwaiter().GetResult() == 0;

    /// <summary>What an adopted position gets, unless its own orders say otherwise.</summary>
    private static StrategySettings Settings => new()
    {
        Pyramiding = 20,
        Protection = new ProtectionSpec
        {
            Stop = Said<Level>.Of(new Level(LevelKind.Percent, 1m)),
            Target = Said<TargetSpec>.Of(new TargetSpec([new TargetRung(new Level(LevelKind.Percent, 4m), 100m)])),
        },
    };

    private sealed class Told : CSharpScript
    {
        public ConcurrentQueue<ScriptValue> Next { get; } = new();

        public override ScriptCallbacks Callbacks => ScriptCallbacks.Trade;

        protected override ScriptValue OnTrade(long timeMs, long price, double stop) =>
            Next.TryDequeue(out var signal) ? signal : default;
    }
}
