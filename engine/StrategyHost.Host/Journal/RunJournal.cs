using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Live;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Journal;

/// <summary>
/// The journals of a run: one file per account, committed before a request leaves, and one of the host, written behind (ADR 23). What names
/// an account stands in that account's file, everything else in the host's; market data in neither. 1. No file waits for another. 2. While
/// an account's file fails, that account enters nothing; its stops and closes go on, and so does the other account. Called by the loop's
/// thread, unless said.
/// </summary>
internal sealed class RunJournal : IDisposable
{
    /// <summary>The host file's owner.</summary>
    public const string HostOwner = "host";

    /// <summary>How long stopping waits for the last commits; with the cancels before them 3 s in all (contracts §1).</summary>
    private static readonly TimeSpan StopWait = TimeSpan.FromMilliseconds(800);

    private static readonly TimeSpan FoldWait = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<AccountId, JournalWriter> _accounts;
    private readonly JournalWriter _host;
    private readonly List<JournaledAccount> _exits = [];
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private EngineLoop? _loop;
    private Func<AccountId, AccountRecord>? _records;
    private bool _isClosed;

    private RunJournal(string directory, IEnumerable<AccountId> accounts, ILogger log, TimeProvider time)
    {
        (_log, _time) = (log, time);
        _accounts = accounts.ToDictionary(a => a, a => Writer(directory, a.Name, isSynced: true, problem => Changed(a, problem)));
        _host = Writer(directory, HostOwner, isSynced: false, HostChanged);
    }

    /// <summary>Opens or makes the files. A file that cannot be used is said in the log, and its account enters nothing.</summary>
    public static RunJournal Open(string directory, IEnumerable<AccountId> accounts, ILogger log, TimeProvider time)
    {
        var journal = new RunJournal(directory, accounts, log, time);
        foreach (var (account, writer) in journal._accounts)
        {
            if (writer.Problem is { } problem)
            {
                journal.Say(account, problem);
            }
        }

        if (journal._host.Problem is { } why)
        {
            journal.HostChanged(why);
        }

        return journal;
    }

    /// <summary>Before the loop starts: whose inputs and effects these are, and who hears of a file that fails.</summary>
    public void Begin(JournalRun run, EngineLoop loop, Func<AccountId, AccountRecord> records)
    {
        (_loop, _records) = (loop, records);
        _host.Begin(run);
        foreach (var (account, writer) in _accounts)
        {
            writer.Begin(run);
            if (writer.Problem is { } problem)
            {
                Tell(account, problem);
            }
        }
    }

    /// <summary>The way out of an account's requests. Its answers go to the listener.</summary>
    public JournaledAccount Exit(IExchangeAccount account, IExchangeListener listener)
    {
        var exit = new JournaledAccount(account, _accounts[account.Account], listener, _time)
        {
            Stuck = problem => Changed(account.Account, problem),
        };
        _exits.Add(exit);
        return exit;
    }

    /// <summary>An input, before its step.</summary>
    public void Take(EngineInput input, JournalStamp stamp)
    {
        if (JournalCodec.MarketInputs.Contains(input.GetType()))
        {
            return;
        }

        if (input is not Reported { Reports: { Count: > 0 } reports })
        {
            Of(input).Append(stamp, input);
            return;
        }

        for (var i = 0; i < reports.Count; i++)
        {
            _accounts.GetValueOrDefault(reports[i].Account, _host).Append(stamp with { Part = i }, reports[i]);
        }
    }

    /// <summary>An effect that is no request; those take their <see cref="Exit"/>.</summary>
    public void Take(Effect effect, JournalStamp stamp) => Of(effect).Append(stamp, effect);

    /// <summary>Writes what waits; nothing is sent after this. From any thread, once the loop has ended.</summary>
    public void Close()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        var began = _time.GetTimestamp();
        foreach (var writer in Writers)
        {
            writer.End(); // all at once, each on its thread
        }

        if (!Writers.All(w => w.Close(Rest(StopWait - _time.GetElapsedTime(began)))))
        {
            _log.Error("the disk has not taken the last records of the journal; orders and stops at the exchange are as they were");
        }

        _exits.ForEach(e => e.Dispose());
    }

    /// <summary>As <see cref="Close"/>; then waits a little until the files are folded and closed.</summary>
    public void Dispose()
    {
        Close();
        foreach (var writer in Writers)
        {
            writer.Dispose();
        }
    }

    private IEnumerable<JournalWriter> Writers => _accounts.Values.Append(_host);

    private static TimeSpan Rest(TimeSpan left) => left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private JournalWriter Of(object what)
    {
        var account = what switch
        {
            ReadinessChanged { Account: { } named } => named,
            AccountShown shown => shown.Account,
            FlattenAsked asked => asked.Account,
            RebalanceAsked asked => asked.Account,
            MirrorSwitched => AccountId.Mirror,
            AccountEffect effect => effect.Account,
            SaveEffect save => save.Account,
            TradeClosed { Trade: var trade } => trade.Account,
            OrderClosed { Order: var order } => order.Account,
            _ => default(AccountId?),
        };
        return account is { } of && _accounts.TryGetValue(of, out var writer) ? writer : _host;
    }

    private JournalWriter Writer(string directory, string owner, bool isSynced, Action<Error?> changed) => new(
        JournalFile.Open(JournalFile.PathOf(directory, owner), owner, isSynced),
        new JournalWriterOptions
        {
            Changed = changed,
            Patience = FoldWait,
            Failed = bug => _loop?.Fail(bug),
        });

    // On a journal's thread, or the watch's.
    private void Changed(AccountId account, Error? problem)
    {
        Say(account, problem);
        Tell(account, problem);
    }

    private void Say(AccountId account, Error? problem)
    {
        if (problem is null)
        {
            _log.Information("{Account} has a journal again: it may enter", account.Name);
        }
        else
        {
            _log.Error("{Account} enters nothing, its stops, targets and closes go on: {Problem}", account.Name, problem.ToString());
        }
    }

    private void Tell(AccountId account, Error? problem) => _loop?.Post(at =>
    {
        if (problem is not null)
        {
            _records?.Invoke(account).Take(new Alert(account, at, problem.Rule, problem.Message));
        }

        return new ReadinessChanged(account, null, "journal", problem is null, problem?.Message ?? "the journal is written")
        {
            At = at,
        };
    });

    private void HostChanged(Error? problem)
    {
        if (problem is null)
        {
            _log.Information("the host's journal is written again");
        }
        else
        {
            _log.Error("what strategies are told and answer is not recorded, trading goes on: {Problem}", problem.ToString());
        }
    }
}
