using StrategyHost.Core.Domain;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>One record of a journal: what was appended, with its stamp.</summary>
internal readonly record struct DiskRecord(JournalStamp Stamp, object What);

/// <summary>What the disk of one account does for the rest of the world; planted bugs stand in here.</summary>
internal interface IDisk : IRequestLog
{
    void Append(JournalStamp stamp, object what);

    /// <summary>What is on the disk, oldest first.</summary>
    IReadOnlyList<DiskRecord> Durable { get; }

    bool IsDurable(object what);

    /// <summary>The process dies: what was not synced is gone, or at most the commit under way is not.</summary>
    void Crash();
}

/// <summary>
/// A journal file with the writer's behaviour (<see cref="JournalWriter"/>): records in order, what waits is committed together, at once
/// when somebody waits for it; what is refused is kept and tried again. Commits take virtual time, may fail, and may hang.
/// </summary>
internal sealed class SimDisk(string owner, ulong seed, VirtualTime time, FaultPlan faults, Rank rank) : IDisk
{
    private const long LingerMs = 50;
    private const long RetryMs = 1000;
    private readonly Dice _dice = Dice.Of(seed, "disk/" + owner);
    private readonly List<DiskRecord> _durable = [];
    private readonly HashSet<object> _isDurable = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<(DiskRecord Record, Action<Error?>? Written)> _waiting = [];
    private List<DiskRecord> _backlog = [];
    private List<(DiskRecord Record, Action<Error?>? Written)>? _underWay;
    private int _awaited;
    private bool _isArmed;
    private bool _isDecided; // the commit under way is on the disk, or was refused: those who wait hear of it
    private int _life;
    private long _fullUntil;

    public IReadOnlyList<DiskRecord> Durable => _durable;

    /// <summary>Hears when writing begins to fail and when it works again.</summary>
    public Action<Error?>? Changed { get; set; }
    public bool IsFailing { get; private set; }

    /// <summary>All that was appended is on it.</summary>
    public bool IsIdle => _underWay is null && _waiting.Count == 0 && _backlog.Count == 0;

    public bool IsDurable(object what) => _isDurable.Contains(what);

    public void Append(JournalStamp stamp, object what) => Add(stamp, what, null);

    public void Append(JournalStamp stamp, object what, Action<Error?> written) => Add(stamp, what, written);

    public void Crash()
    {
        if (_underWay is { } commit && _dice.Chance(0.3) && !_isDecided && time.NowMs >= _fullUntil)
        {
            Keep(_backlog.Concat(commit.Select(e => e.Record))); // it was synced, and nobody heard: one transaction with what had waited
        }

        _life++;
        (_underWay, _isArmed, _awaited, IsFailing) = (null, false, 0, false);
        _waiting.Clear();
        _backlog = [];
    }

    private void Add(JournalStamp stamp, object what, Action<Error?>? written)
    {
        _waiting.Enqueue((new DiskRecord(stamp, what), written));
        _awaited += written is null ? 0 : 1;
        if (_underWay is null && written is not null)
        {
            Begin();
        }
        else if (_underWay is null && !_isArmed)
        {
            Arm(LingerMs);
        }
    }

    private void Arm(long wait)
    {
        _isArmed = true;
        var life = _life;
        time.After(wait, rank, () =>
        {
            if (life == _life)
            {
                _isArmed = false;
                if (_underWay is null && (_waiting.Count > 0 || _backlog.Count > 0))
                {
                    Begin();
                }
            }
        });
    }

    private void Begin()
    {
        (_underWay, _isDecided) = ([.. _waiting], false);
        _waiting.Clear();
        _awaited = 0;
        var takes = _dice.Int(0, 2);
        takes += faults.Hits(FaultKind.DiskSlow, owner) ? _dice.Int(20, 900) : 0;
        takes += faults.Hits(FaultKind.DiskStuck, owner) ? _dice.Int(1500, 8000) : 0;
        _fullUntil = faults.Hits(FaultKind.DiskFull, owner) ? time.NowMs + _dice.Int(100, 20_000) : _fullUntil;
        var life = _life;
        time.After(takes, rank, () =>
        {
            if (life == _life)
            {
                End();
            }
        });
    }

    private void End()
    {
        var commit = _underWay!; // a commit ends once
        var error = time.NowMs < _fullUntil ? Full : null;
        var records = _backlog.Concat(commit.Select(e => e.Record)).ToList();
        if (error is null)
        {
            Keep(records);
            _backlog = [];
        }
        else
        {
            _backlog = records;
        }

        _isDecided = true;
        if (IsFailing != error is not null)
        {
            IsFailing = error is not null;
            Changed?.Invoke(error);
        }

        var life = _life;
        foreach (var (_, written) in commit)
        {
            if (life != _life)
            {
                return; // the process died in between
            }

            written?.Invoke(error);
        }

        if (life != _life)
        {
            return;
        }

        _underWay = null;
        if (_awaited > 0)
        {
            Begin();
        }
        else if (!_isArmed && (_waiting.Count > 0 || _backlog.Count > 0))
        {
            Arm(_backlog.Count > 0 ? RetryMs : LingerMs);
        }
    }

    private void Keep(IEnumerable<DiskRecord> records)
    {
        foreach (var record in records)
        {
            _durable.Add(record);
            _isDurable.Add(record.What);
        }
    }

    private static Error Full => new() { Rule = "journal_full", Message = "the disk is full" };
}
