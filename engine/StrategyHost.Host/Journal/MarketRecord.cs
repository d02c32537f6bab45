using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Configuration;
using StrategyHost.Storage.Journal;
using StrategyHost.Storage.RunTapes;

namespace StrategyHost.Host.Journal;

/// <summary>
/// The market tape of a run: what the kernel was told of the market, for <c>replay</c>. Nothing waits for it, and nothing stops when it
/// fails; a line says so once. Called by the loop's thread, unless said.
/// </summary>
internal sealed class MarketRecord(string directory, JournalOptions options, ILogger log, TimeProvider time) : IDisposable
{
    private RunTapeWriter? _tape;

    /// <summary>Hears of a bug on the tape's thread.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>Before the loop starts: deletes tapes that are too old and begins this run's, where one is wanted.</summary>
    public void Begin(JournalRun run, IReadOnlyList<Instrument> instruments)
    {
        var left = RunTapeFolder.Purge(directory, time.GetUtcNow().AddHours(-options.MarketHours));
        if (left.Count > 0)
        {
            log.Warning("these market tapes are older than journal.marketHours and cannot be deleted: {Files}", left);
        }

        if (options.Market)
        {
            var ticks = instruments.ToDictionary(i => i.Symbol, i => i.TickSize.Units);
            _tape = new RunTapeWriter(
                RunTapeFolder.PathOf(directory, run.Name),
                symbol => ticks.GetValueOrDefault(symbol, 1),
                new RunTapeOptions { Changed = Changed, Failed = Failed });
        }
    }

    /// <summary>A market input, before its step.</summary>
    public void Take(EngineInput input, JournalStamp stamp) => _tape?.Append(stamp.Seq, input);

    /// <summary>The run has ended in order; this was its last step.</summary>
    public void End(JournalStamp stamp) => _tape?.End(stamp.Seq);

    /// <summary>Writes what waits. From any thread, once the loop has ended.</summary>
    public void Close(TimeSpan patience)
    {
        if (_tape?.Close(patience) == false)
        {
            log.Warning("the disk has not taken the last of the market tape: the run can be replayed up to there");
        }
    }

    /// <summary>As <see cref="Close"/>, and waits a little until the file is closed.</summary>
    public void Dispose() => _tape?.Dispose();

    // On the tape's thread.
    private void Changed(Error? problem)
    {
        if (problem is null)
        {
            log.Information("the market tape is written again");
        }
        else
        {
            log.Warning("trading goes on: {Problem}", problem.ToString());
        }
    }
}
