using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Journal;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.Line;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>What a line of a new host is put together from.</summary>
internal sealed record SideParts(WorldOptions Options, VirtualTime Time, Truth Truth, Action<AccountEffect> Sent, Markers Markers)
{
    public Action<string>? Say { get; init; }
    public Func<string, bool> Boundary { get; init; } = _ => false;
    public Action<AccountId>? ClosedUnknown { get; init; }
}

/// <summary>Disk and line of one account: the disk outlives the host, the line does not.</summary>
internal sealed class SideOfAccount
{
    private readonly Dice _dice;

    public SideOfAccount(AccountId account, WorldOptions options, VirtualTime time, FaultPlan faults)
    {
        (Account, Faults) = (account, faults);
        _dice = Dice.Of(options.Seed, "line/" + account.Name);
        RawDisk = new SimDisk(account.Name, options.Seed, time, faults, Rank);
        Disk = options.Seams.Disk(RawDisk);
        Trouble = new LineTrouble(account, time, faults, Dice.Of(options.Seed, "trouble/" + account.Name));
    }

    public AccountId Account { get; }
    public FaultPlan Faults { get; }
    public SimDisk RawDisk { get; }
    public IDisk Disk { get; }
    public LineTrouble Trouble { get; }
    public SimLine? Line { get; private set; }

    /// <summary>The account is not recovered yet: nothing may be entered (I-18).</summary>
    public bool IsRecovering { get; set; }

    /// <summary>The way out has given the disk up for now.</summary>
    public bool IsJournalDown { get; private set; }
    private Rank Rank => Account == AccountId.Main ? Rank.Main : Rank.Mirror;

    public void Connect(SimHost host, SideParts parts)
    {
        IsJournalDown = false;
        var listener = parts.Options.Seams.Listener(host);
        var line = Line = new SimLine(new LineParts
        {
            Account = Account,
            Time = parts.Time,
            Truth = parts.Truth,
            Faults = Faults,
            Dice = _dice,
            Rank = Rank,
            LagMs = parts.Options.LagMs,
            Listener = listener,
            Markers = parts.Markers,
            Say = parts.Say,
            Boundary = parts.Boundary,
            ClosedUnknown = parts.ClosedUnknown,
        }, Trouble);
        void Changed(Error? problem)
        {
            IsJournalDown = problem is not null;
            parts.Markers.Hit(problem is null ? "disk.back" : $"disk.{problem.Rule}");
            host.Post(at => new ReadinessChanged(Account, null, "journal", problem is null, problem?.Message ?? "written") { At = at });
        }

        var disk = new DiskWord(Changed);
        RawDisk.Changed = disk.Writer;
        parts.Time.TimerRank = Rank;
        var adapter = parts.Options.Seams.Adapter(new Watched(line, parts), parts.Time);
        host.Ways.Add(Account, parts.Options.Seams.WayOut(new WayParts(adapter, Disk, listener, parts.Time, disk.WayOut)));
    }

    private sealed class Watched(IExchangeAccount line, SideParts parts) : IExchangeAccount
    {
        public AccountId Account => line.Account;

        public void Send(AccountEffect request)
        {
            if (!parts.Boundary("durable"))
            {
                parts.Sent(request);
                line.Send(request);
            }
        }

        public void AskSnapshot() => line.AskSnapshot();
    }
}
