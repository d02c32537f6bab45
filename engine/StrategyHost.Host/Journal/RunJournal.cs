using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Journal;

/// <summary>
/// The journals of a run: one file per account, committed before a request leaves, and one of the host, written behind (ADR 23). What names
/// an account stands in that account's file, everything else in the host's; market data on the run's tape. 1. No file waits for another.
/// 2. While an account's file fails, that account enters nothing; its stops and closes go on, and so does the other account. Called by the
/// loop's thread, unless said.
/// </summary>
internal sealed class RunJournal : IDisposable
{
    /// <summary>The host file's owner.</summary>
    public const string HostOwner = "host";

    /// <summary>Steps between two marks of the kernel's state.</summary>
    private const long MarkEvery = 10_000;

    /// <summary>How long stopping waits for the last commits; with the cancels before them 3 s in all (contracts §1).</summary>
    private static readonly TimeSpan StopWait = TimeSpan.FromMilliseconds(800);

    private static readonly TimeSpan FoldWait = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<AccountId, JournalWriter> _accounts;
    private readonly Dictionary<AccountId, DiskWord> _disks;
    private readonly JournalWriter _host;
    private readonly string _directory;
    private readonly List<JournaledAccount> _exits = [];
    private readonly MarketRecord _market;
    private readonly JournalLosses _losses;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private EngineLoop? _loop;
    private Func<AccountId, AccountRecord>? _records;
    private bool _isClosed;

    private RunJournal(string directory, IEnumerable<AccountId> accounts, JournalOptions options, ILogger log, TimeProvider time)
    {
        (_directory, _log, _time, _losses) = (directory, log, time, new JournalLosses(directory));
        _market = new MarketRecord(directory, options, log, time)
        {
            Failed = bug => _loop?.Fail(bug),
        };
        _disks = accounts.ToDictionary(a => a, a => new DiskWord(problem => Changed(a, problem)));
        _accounts = _disks.ToDictionary(d => d.Key, d => Writer(directory, d.Key.Name, isSynced: true, d.Value.Writer));
        _host = Writer(directory, HostOwner, isSynced: false, HostChanged);
    }

    /// <summary>Opens or makes the files. A file that cannot be used is said in the log, and its account enters nothing.</summary>
    public static RunJournal Open(
        string directory, IEnumerable<AccountId> accounts, JournalOptions options, ILogger log, TimeProvider time)
    {
        var journal = new RunJournal(directory, accounts, options, log, time);
        foreach (var (account, writer) in journal._accounts)
        {
            if (writer.Problem is { } problem)
            {
                journal._disks[account].Writer(problem);
            }
        }

        if (journal._host.Problem is { } why)
        {
            journal.HostChanged(why);
        }

        foreach (var loss in journal._losses.Found())
        {
            log.Warning("{Loss}", loss.ToString());
        }

        return journal;
    }

    /// <summary>
    /// What an account's file remembers; nothing where it cannot be used, which was said. An error: what it says cannot be trusted.
    /// Before <see cref="Begin"/>.
    /// </summary>
    public Result<JournalMemory> Memory(AccountId account)
    {
        if (_accounts[account].Problem is not null)
        {
            return new JournalMemory();
        }

        var opened = JournalReader.Open(JournalFile.PathOf(_directory, account.Name));
        if (!opened.IsOk)
        {
            return Result<JournalMemory>.Failed(opened.Errors);
        }

        using var reader = opened.Value;
        return reader.Memory();
    }

    public IReadOnlyList<AccountId> Accounts => [.. _accounts.Keys];

    /// <summary>The data directory.</summary>
    public string Directory => _directory;

    /// <summary>Whether an account's file is as it should be: the last attempt to write worked. From any thread.</summary>
    public bool IsWritten(AccountId account) => _accounts[account].Problem is null;

    /// <summary>Says which account of an exchange a file is about; an error: it is about another one. From any thread.</summary>
    public Error? Claim(AccountId account, string holder) => _accounts[account].Claim(holder);

    /// <summary>Before the loop starts: whose inputs and effects these are, and who hears of a file that fails.</summary>
    public void Begin(JournalRun run, EngineFacts facts, EngineLoop loop, Func<AccountId, AccountRecord> records)
    {
        (_loop, _records) = (loop, records);
        _host.Begin(run);
        _host.Append(new JournalStamp(0, 0, run.StartedAt), facts);
        _market.Begin(run, facts.Options.Instruments);
        foreach (var (account, writer) in _accounts)
        {
            writer.Begin(run);
            if (writer.Problem is { } problem)
            {
                Tell(account, problem);
            }
        }
    }

    /// <summary>
    /// What strategies, by the hash of their texts, exported last, in earlier runs. What cannot be read is said in the log, one line each.
    /// </summary>
    public KeptStates States(IReadOnlyDictionary<StrategyId, string> strategies) =>
        StrategyStates.Read(JournalFile.PathOf(_directory, HostOwner), strategies, _log);

    /// <summary>The way out of an account's requests. Its answers go to the listener.</summary>
    public JournaledAccount Exit(IExchangeAccount account, IExchangeListener listener)
    {
        var exit = new JournaledAccount(account, _accounts[account.Account], listener, _time)
        {
            Stuck = _disks[account.Account].WayOut,
        };
        _exits.Add(exit);
        return exit;
    }

    /// <summary>The account that an input or effect names, in whose file it stands if it has one; null: the host's.</summary>
    public static AccountId? AccountOf(object what) => what switch
    {
        ReadinessChanged { Account: { } named } => named,
        AccountShown shown => shown.Account,
        OperatorAsked asked => asked.Account,
        MirrorSwitched => AccountId.Mirror,
        AccountEffect effect => effect.Account,
        SaveEffect save => save.Account,
        TradeClosed { Trade: var trade } => trade.Account,
        OrderClosed { Order: var order } => order.Account,
        _ => default(AccountId?),
    };

    /// <summary>An input, before its step.</summary>
    public void Take(EngineInput input, JournalStamp stamp)
    {
        if (JournalCodec.MarketInputs.Contains(input.GetType()))
        {
            _market.Take(input, stamp);
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

    /// <summary>Ends when what an account's file was given so far is committed; an error: it is not. From any thread.</summary>
    public Task<Error?> CommittedAsync(AccountId account)
    {
        var committed = new TaskCompletionSource<Error?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _accounts[account].Await(error => committed.TrySetResult(error));
        return committed.Task;
    }

    /// <summary>An effect that is no request; those take their <see cref="Exit"/>.</summary>
    public void Take(Effect effect, JournalStamp stamp) => Of(effect).Append(stamp, effect);

    /// <summary>After a step and its effects.</summary>
    public void Stepped(EngineKernel kernel, JournalStamp stamp)
    {
        if (stamp.Seq % MarkEvery == 0)
        {
            Mark(kernel, stamp, isLast: false);
        }
    }

    /// <summary>The run has ended in order.</summary>
    public void Ended(EngineKernel kernel, JournalStamp stamp)
    {
        Mark(kernel, stamp, isLast: true);
        _market.End(stamp);
    }

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

        _market.Close(Rest(StopWait - _time.GetElapsedTime(began)));
        _exits.ForEach(e => e.Dispose());
    }

    /// <summary>As <see cref="Close"/>; then waits a little until the files are folded and closed.</summary>
    public void Dispose()
    {
        Close();
        _market.Dispose();
        foreach (var writer in Writers)
        {
            writer.Dispose();
        }
    }

    private void Mark(EngineKernel kernel, JournalStamp stamp, bool isLast)
    {
        var mark = new StateMark(StateHash.Of(kernel.Save()), isLast);
        _host.Append(stamp with { Part = mark.Part }, mark);
    }

    private IEnumerable<JournalWriter> Writers => _accounts.Values.Append(_host);

    private static TimeSpan Rest(TimeSpan left) => left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private JournalWriter Of(object what) => AccountOf(what) is { } of && _accounts.TryGetValue(of, out var writer) ? writer : _host;

    private JournalWriter Writer(string directory, string owner, bool isSynced, Action<Error?> changed)
    {
        _losses.Look(owner);
        var file = JournalFile.Open(JournalFile.PathOf(directory, owner), owner, isSynced);
        _losses.Opened(file);
        return new JournalWriter(file, new JournalWriterOptions
        {
            Changed = changed,
            Patience = FoldWait,
            Failed = bug => _loop?.Fail(bug),
        });
    }

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

        return new ReadinessChanged(account, null, ReadinessChanged.Journal, problem is null, problem?.Message ?? "the journal is written")
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
