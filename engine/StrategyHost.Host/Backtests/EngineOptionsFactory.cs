using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;
using StrategyHost.Host.Configuration;
using KernelBelowMinimum = StrategyHost.Core.Kernel.BelowMinimum;
using KernelProportionOf = StrategyHost.Core.Kernel.ProportionOf;

namespace StrategyHost.Host.Backtests;

/// <summary>The kernel's options from the configuration, the strategies and the instruments of a run.</summary>
internal static class EngineOptionsFactory
{
    public static EngineOptions Make(
        HostOptions options, IReadOnlyList<StrategySetup> strategies, IReadOnlyList<Instrument> instruments, TrailMode trail) =>
        new()
        {
            Main = Account(options.Main),
            Mirror = options.Mirror.Enabled ? Account(options.Mirror.Account) : null,
            MirrorSettings = Mirror(options.Mirror),
            Strategies = strategies,
            Instruments = instruments,
            SymbolProtection = options.Symbols.ToDictionary(s => s.Key, s => s.Value.Protection),
            Risk = Risk(options, options.Main.Profile, instruments),
            MirrorRisk = Risk(options, options.Mirror.Account.Profile, instruments),
            TrailMode = trail,
            InstantTakeProfit = options.Globals.InstantTpEnabled,
            ManagesPositions = options.Globals.UsePositionMonitor,
        };

    private static AccountSetup Account(AccountOptions account) => new()
    {
        Account = account.Account,
        StartBalance = account.StartBalance,
        PositionMode = account.PositionMode,
        Leverage = account.Leverage,
    };

    private static MirrorSettings Mirror(MirrorOptions mirror) => new()
    {
        Proportion = mirror.Proportion,
        ProportionOf = mirror.ProportionOf == Configuration.ProportionOf.Equity ? KernelProportionOf.Equity : KernelProportionOf.Quantity,
        Symbols = mirror.Symbols.Contains("*") ? [] : [.. mirror.Symbols.Select(s => new Symbol(s))],
        DelayMs = mirror.DelayMs,
        Reverse = mirror.Reverse,
        BelowMinimum = mirror.BelowMinimum == Configuration.BelowMinimum.RoundUp ? KernelBelowMinimum.RoundUp : KernelBelowMinimum.Skip,
        EntryTtlMs = mirror.EntryTtlSeconds * 1000L,
        MaxDeviationPercent = mirror.MaxDeviationPercent,
        Approach = mirror.Approach,
    };

    /// <summary>
    /// With instruments that the user made finer or coarser than real, the least stop distance of real ones means nothing (rule 7).
    /// </summary>
    private static RiskSettings Risk(HostOptions options, AccountProfile profile, IReadOnlyList<Instrument> instruments) => new()
    {
        RequireStop = options.Risk.RequireStop,
        MaxOrderNotionalPercent = options.Risk.MaxOrderNotionalPercent,
        MaxPositions = options.Risk.MaxPositionsOf(profile),
        AllowMultipleEntries = options.Risk.AllowsMultipleEntries(profile),
        AllowDca = options.Risk.AllowsDca(profile),
        MinStopPercent = instruments.Any(i => options.Of(i.Symbol).OverridesInstrument) ? 0 : options.Risk.MinStopPercent,
        MaxLeverage = options.Risk.MaxLeverage,
        NoEntry = options.Risk.NoEntry,
        DailyLossPercent = options.Risk.DailyLossPercent,
        DrawdownPercent = options.Risk.DrawdownPercent,
        MaxSymbolExposurePercent = options.Risk.MaxSymbolExposurePercent,
        MaxPriceDeviationPercent = options.Risk.MaxPriceDeviationPercent,
        MaxEntriesPerMinute = options.Risk.MaxEntriesPerMinute,
        RollingLoss = options.Risk.RollingLoss,
        Cooldown = options.Risk.Cooldown,
        MinExpectancy = options.Risk.MinExpectancy,
    };
}
