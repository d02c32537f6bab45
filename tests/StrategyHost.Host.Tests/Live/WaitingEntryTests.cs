using StrategyHost.Core.Kernel;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Explain;
using StrategyHost.Host.Tests.Commands;

namespace StrategyHost.Host.Tests.Live;

/// <summary>A host ends while an entry waits for the cancel of the one before it; the next host says what became of it.</summary>
public sealed class WaitingEntryTests : IDisposable
{
    private const string Replacing = """
        var calls = 0;
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m' }; }
        function on_trade(trade, ctx) {
          calls++;
          if (calls === 1) { return { action: 'buy', type: 'limit', price: 90, quantity: 1, stop_loss_percent: 1, tag: 'a' }; }
          if (calls === 2) {
            return [{ action: 'cancel', order: 'a' },
                    { action: 'buy', type: 'limit', price: 91, quantity: 1, stop_loss_percent: 1, tag: 'b', reason: 'closer' }];
          }
        }
        """;

    private const string Listening = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m' }; }
        function on_start(ctx) { ctx.log('starts'); }
        function on_order(order, ctx) { ctx.log('told ' + order.id + ' ' + order.tag + ' ' + order.status + ' ' + order.code); }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-waiting-").FullName;

    [Fact]
    public async Task Entry_that_waited_for_a_cancel_is_refused_by_the_next_run_with_the_reason()
    {
        await using (var run = await PlayedRun.StartAsync(_folder, Replacing))
        {
            run.Venue.Trades(100m);
            var entry = Assert.IsType<PlaceOrder>(await run.Venue.FirstAsync()).Request;
            run.Venue.Trades(100m);
            await run.UntilAsync(() => run.Venue.Sent.Any(e => e is CancelOrder cancel && cancel.Id == entry.ClientOrderId));
        }

        await using (var again = await PlayedRun.StartAsync(_folder, Listening))
        {
            await again.UntilAsync(() => again.Log.Lines.Any(l => l.Contains("told eager-3 b refused entry_missed", StringComparison.Ordinal)));
            Assert.Contains(again.Log.Lines, l => l.Contains("entry_missed", StringComparison.Ordinal)
                && l.Contains("the cancel of", StringComparison.Ordinal));
            Assert.DoesNotContain(again.Venue.Sent, e => e is PlaceOrder);
        }

        var shell = new Shell();
        Assert.Equal(ExitCode.Ok, shell.Line(new CommandHandlers { Explain = new ExplainHandler() })
            .Run(["explain", "eager-3", "--data", _folder, "--json"], CancellationToken.None));
        var told = shell.Document.GetProperty("signal").ToString();
        Assert.Contains("entry_missed", told, StringComparison.Ordinal);
        Assert.Contains("give it again if it is still wanted", told, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
