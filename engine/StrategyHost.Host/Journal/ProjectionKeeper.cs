using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Performance;
using StrategyHost.Storage.Journal;
using StrategyHost.Storage.Projections;

namespace StrategyHost.Host.Journal;

/// <summary>
/// One account's tables, brought up part by part: opened, made anew where they are gone or damaged, purged at the start and every ten
/// minutes. A problem is one line in the log and is tried again. One thread.
/// </summary>
internal sealed class ProjectionKeeper(string directory, AccountId account, int retentionHours, ILogger log, TimeProvider time)
    : IDisposable
{
    private static readonly TimeSpan PurgeEvery = TimeSpan.FromMinutes(10);

    private AccountProjection? _projection;
    private JournalReader? _journal;
    private long? _purgedAt;
    private string _problem = "";

    /// <summary>Results that follow the tables; null: nobody asks.</summary>
    public PerformanceBoard? Board { get; init; }

    /// <summary>Takes the next part; false: there is nothing more for now, or it cannot be done now.</summary>
    public bool Work()
    {
        var path = JournalFile.PathOf(directory, account.Name);
        if (!File.Exists(path) || (Open(path) ?? PurgeInTime()) is not null)
        {
            return false;
        }

        var taken = _projection!.Take(_journal!); // both are open now
        if (taken.IsOk)
        {
            if (Board?.Follow(_projection) is not { } unread)
            {
                _problem = "";
                return taken.Value > 0;
            }

            taken = unread;
        }

        Say(taken.Errors[0]);
        Close(); // opening looks whether the file is whole
        return false;
    }

    public void Dispose() => Close();

    /// <summary>Opens what is not open; a file that was deleted meanwhile is begun anew.</summary>
    private Error? Open(string journal)
    {
        if (_projection is not null && !File.Exists(AccountProjection.PathOf(directory, account)))
        {
            Close();
        }

        if (_journal is null)
        {
            var opened = JournalReader.Open(journal);
            if (!opened.IsOk)
            {
                return Say(opened.Errors[0]);
            }

            _journal = opened.Value;
        }

        if (_projection is null)
        {
            var opened = AccountProjection.Open(directory, account);
            if (!opened.IsOk)
            {
                return Say(opened.Errors[0]);
            }

            _projection = opened.Value;
            if (_projection.Anew is { } why)
            {
                log.Warning("{Account}: the tables are made anew from its journal: {Why}", account.Name, why);
            }
        }

        return null;
    }

    private Error? PurgeInTime()
    {
        if (_purgedAt is { } at && time.GetElapsedTime(at) < PurgeEvery)
        {
            return null;
        }

        var error = _projection!.Purge(new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds()), retentionHours); // it is open
        if (error is null)
        {
            _purgedAt = time.GetTimestamp();
            return null;
        }

        Close();
        return Say(error);
    }

    private Error Say(Error problem)
    {
        if (_problem != problem.Rule)
        {
            _problem = problem.Rule;
            log.Error("{Account}: its lists of positions, orders and trades are not up to date, trading goes on: {Problem}", account.Name,
                problem.ToString());
        }

        return problem;
    }

    private void Close()
    {
        _projection?.Dispose();
        _journal?.Dispose();
        (_projection, _journal) = (null, null);
    }
}
