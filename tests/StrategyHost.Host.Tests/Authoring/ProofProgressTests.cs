using StrategyHost.Host.Authoring.Lookahead;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;
using StrategyHost.Host.Tests.Backtests;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Authoring;

/// <summary>A proof is one piece of work for who waits for it, however many runs it is made of.</summary>
public sealed class ProofProgressTests
{
    [Fact]
    public void Runs_count_up_to_one_whole()
    {
        var seen = new Seen();
        var progress = new ProofProgress(seen);

        progress.Begin(2.5);
        progress.Report(50, 100, "events");
        progress.Report(100, 100, "events");
        progress.Begin(1.5);
        progress.Report(100, 100, "events");
        progress.Begin(0.5);
        progress.Report(50, 100, "events");

        Assert.Equal([(50, 250), (100, 250), (200, 250), (250, 250)], seen.Reports);
    }

    [Fact]
    public void Bar_of_a_whole_proof_never_goes_back_and_ends_near_its_end()
    {
        using var shell = new BacktestShell();
        var seen = new Seen();
        var context = new CommandContext(Configuration.ConfigurationTests.Good("{}"), seen);
        var arguments = new CheckArguments
        {
            Strategies = [Path.Combine(SharedFolder.Repository, "strategies", "enhanced_sma.js")],
            Lookahead = true,
            Cuts = 4,
        };

        var outcome = new CheckHandler().Run(arguments, context, CancellationToken.None);

        Assert.Empty(outcome.Errors);
        var events = seen.Reports;
        Assert.True(events.Zip(events.Skip(1)).All(pair => pair.Second.Done >= pair.First.Done), string.Join(' ', events));
        Assert.InRange((double)events[^1].Done / events[^1].Total, 0.95, 1);
        Assert.InRange(events.Max(e => e.Total) / (double)events.Min(e => e.Total), 1, 1.6); // the time to go is about right from the start
    }

    private sealed class Seen : IProgressReporter
    {
        public List<(long Done, long Total)> Reports { get; } = [];

        public string SoFar => "";

        public void Report(long done, long total, string unit)
        {
            if (unit == "events")
            {
                Reports.Add((done, total));
            }
        }

        public void Dispose()
        {
            // Nothing is shown.
        }
    }
}
