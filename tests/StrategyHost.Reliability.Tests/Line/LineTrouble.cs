using StrategyHost.Core.Domain;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Line;

/// <summary>
/// When an account cannot be reached or was disturbed lately, for the line that suffers it and for the checker that counts reachable time
/// (reliability.md I-02). It outlives the host.
/// </summary>
internal sealed class LineTrouble(AccountId account, VirtualTime time, FaultPlan faults, Dice dice)
{
    private const long BanMs = 600_000;
    private long _outUntil;
    private long _bannedUntil;
    private long _impairedUntil;
    private bool _isUnknown;

    public bool IsReachable => time.NowMs >= _outUntil && time.NowMs >= _bannedUntil;

    /// <summary>Reachable, the stream whole, and no request or message of the account delayed, lost or refused by a fault.</summary>
    public bool IsClear => IsReachable && !_isUnknown && time.NowMs >= _impairedUntil && !IsStalled();

    /// <summary>The host's process stands still: time that it cannot use.</summary>
    public Func<bool> IsStalled { get; set; } = () => false;

    public long BannedUntil => _bannedUntil;
    public AccountId Account => account;

    /// <summary>Now and for so long the account's answers are not what they should be.</summary>
    public void Impair(long ms) => Impaired(ms);

    /// <summary>The host knows the account again: from now on it has three seconds (I-18).</summary>
    public void Recovered()
    {
        _isUnknown = false;
        Impaired(1000);
    }

    /// <summary>The host does not know the account, or is not there.</summary>
    public void Unknown() => _isUnknown = true;

    private void Impaired(long ms) => _impairedUntil = Math.Max(_impairedUntil, time.NowMs + ms);

    /// <summary>Whether a new trouble begins: asked now and then.</summary>
    public void Look()
    {
        if (faults.Hits(FaultKind.Outage, account.Name))
        {
            _outUntil = Math.Max(_outUntil, time.NowMs + dice.Long(500, 30_000));
        }

        if (faults.Hits(FaultKind.Ban, account.Name))
        {
            _bannedUntil = Math.Max(_bannedUntil, time.NowMs + BanMs);
        }
    }
}
