using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>
/// When all is in order again: a position is opened, then many entries crowd the way, and behind them its stop is moved and it is closed.
/// What protects does not wait for them.
/// </summary>
internal sealed class LastExchange(IReadOnlyList<RandomTrader> traders, VirtualTime time, Tally tally)
{
    private const int Crowd = 60;
    private static readonly Symbol Symbol = new("BTCUSDT");
    private static readonly Symbol Other = new("ETHUSDT");

    public async Task PlayAsync()
    {
        foreach (var trader in traders)
        {
            await PlayAsync(trader);
        }

        await time.DelayAsync(40_000); // what could not leave within 30 s is refused
    }

    private async Task PlayAsync(RandomTrader trader)
    {
        var told = trader.Told;
        var entry = trader.Enter(Symbol, told.Positions.GetValueOrDefault(Symbol)?.Side == PositionSide.Short ? Side.Sell : Side.Buy);
        await UntilAsync(() => told.Mine.TryGetValue(entry, out var order) && order.Status.IsFinal(), 2000, $"{entry} ends");
        if (told.Positions.GetValueOrDefault(Symbol) is not { Size.IsZero: false } position)
        {
            return; // its stop was reached
        }

        for (var i = 0; i < Crowd; i++)
        {
            trader.Rest(Other, i % 2 == 0 ? Side.Buy : Side.Sell, 0.02 + (0.0001 * i));
        }

        var before = told.Sequence;
        trader.Stop(position, 0.015);
        await UntilAsync(() => told.HeardOf(ToldAccount.Stop(Symbol)) > before, 300, "a trading-stop is answered behind a crowd of entries");
        var close = trader.Close(told.Positions[Symbol]);
        await UntilAsync(() => told.HeardOf(close) >= 0, 1300, "a close is answered behind a crowd of entries");
    }

    private async Task UntilAsync(Func<bool> holds, int ms, string what)
    {
        var end = time.NowMs + ms;
        while (!holds() && time.NowMs < end)
        {
            await time.DelayAsync(10);
        }

        if (!holds())
        {
            tally.Broken("protection does not wait", $"{what}: not within {ms} ms");
        }
    }
}
