using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Host.Live;

/// <summary>
/// What became of signals, in the log of the host. A refusal is said once; while the same one comes again and again it is counted, and a
/// line says how often at most once a minute. When something else becomes of such a signal, the count is told first. A <c>hold</c> that
/// was taken is treated as a refusal is: strategies that trail send one with every event. The journal, the ledger and the figures have
/// every one of them. Time is that of the engine's inputs; only the loop's thread calls it.
/// </summary>
internal sealed class SignalLog(ILogger log)
{
    /// <summary>How often a count is told at most.</summary>
    public const long WindowMs = 60_000;

    /// <summary>So many kinds are remembered; beyond that the one that was told longest ago is told and said anew when it comes.</summary>
    public const int KindsMax = 256;

    private readonly Dictionary<Kind, Told> _told = [];
    private long _due = long.MaxValue;

    public void Take(SignalDecided signal)
    {
        if (signal.Error is null && signal.Action != "hold")
        {
            foreach (var kind in Others(signal))
            {
                Tell(kind, signal.At.Ms);
                _told.Remove(kind);
            }

            Say(signal);
            return;
        }

        var known = new Kind(signal.Strategy, signal.Symbol, signal.Action, signal.Outcome, Wording(signal.Text));
        if (_told.TryGetValue(known, out var told))
        {
            (told.Count, told.Last) = (told.Count + 1, signal);
            return;
        }

        foreach (var kind in Others(signal))
        {
            Tell(kind, signal.At.Ms);
        }

        MakeRoom(signal.At.Ms);
        _told.Add(known, new Told(signal));
        _due = Math.Min(_due, signal.At.Ms + WindowMs);
        Say(signal);
    }

    /// <summary>Tells what is due; after each step.</summary>
    public void Pass(Timestamp now)
    {
        if (now.Ms < _due)
        {
            return;
        }

        _due = long.MaxValue;
        foreach (var (kind, told) in _told.ToArray())
        {
            if (now.Ms - told.SaidMs >= WindowMs && !Tell(kind, now.Ms))
            {
                _told.Remove(kind); // it has not come for a minute
            }
            else
            {
                _due = Math.Min(_due, told.SaidMs + WindowMs);
            }
        }
    }

    /// <summary>The run is over: what was counted is told.</summary>
    public void End(Timestamp now)
    {
        foreach (var kind in _told.Keys.ToArray())
        {
            Tell(kind, now.Ms);
        }

        _told.Clear();
    }

    private Kind[] Others(SignalDecided signal) => _told.Count == 0 ? []
        : [.. _told.Keys.Where(k => (k.Strategy, k.Symbol, k.Action) == (signal.Strategy, signal.Symbol, signal.Action))];

    private void MakeRoom(long nowMs)
    {
        if (_told.Count >= KindsMax)
        {
            var oldest = _told.MinBy(t => t.Value.SaidMs).Key;
            Tell(oldest, nowMs);
            _told.Remove(oldest);
        }
    }

    /// <summary>One that came once more is said as it was; of several their number. False: none has come.</summary>
    private bool Tell(Kind kind, long nowMs)
    {
        var told = _told[kind];
        if (told.Count == 0)
        {
            return false;
        }

        if (told.Count == 1)
        {
            Say(told.Last);
            (told.Count, told.SaidMs) = (0, told.Last.At.Ms);
            return true;
        }

        var seconds = (nowMs - told.SaidMs + 500) / 1000;
        log.Information("{Strategy} {Action} {Symbol}: {Outcome} … and {Count} more in the last {Span}", kind.Strategy.Name, kind.Action,
            kind.Symbol.Name, kind.Outcome, told.Count, seconds is >= 60 and < 90 ? "minute" : $"{seconds} s");
        (told.Count, told.SaidMs) = (0, nowMs);
        return true;
    }

    private void Say(SignalDecided signal)
    {
        if (signal.Text.Length == 0)
        {
            log.Information("{Strategy} {Action} {Symbol}: {Outcome}", signal.Strategy.Name, signal.Action, signal.Symbol.Name,
                signal.Outcome);
        }
        else
        {
            log.Information("{Strategy} {Action} {Symbol}: {Outcome} {Text}", signal.Strategy.Name, signal.Action, signal.Symbol.Name,
                signal.Outcome, signal.Text);
        }
    }

    /// <summary>A text without what differs from one time to the next: words with digits in them, such as prices, times and ids.</summary>
    private static string Wording(string text) =>
        string.Join(' ', text.Split(' ').Where(word => !word.Any(char.IsAsciiDigit)));

    private readonly record struct Kind(StrategyId Strategy, Symbol Symbol, string Action, string Outcome, string Wording);

    private sealed class Told(SignalDecided first)
    {
        public long SaidMs { get; set; } = first.At.Ms;
        public long Count { get; set; }
        public SignalDecided Last { get; set; } = first;
    }
}
