using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;

namespace StrategyHost.Storage.Recording;

/// <summary>
/// What is missing of one symbol's recording, as marks.
/// 1. A lost connection is one mark, whatever each of its topics says about it: from the last row of any kind to the first row after the
/// connection is whole again. 2. News missing of one kind while the connection stands are a mark from the moment that the news name to the
/// next row of that kind. 3. A mark that is still open when the recording ends, ends with it.
/// </summary>
internal sealed class GapLog
{
    private readonly (long From, GapReason Reason)?[] _missing = new (long, GapReason)?[Enum.GetValues<GapKind>().Length];
    private readonly List<GapMark> _marks = [];
    private (long From, GapReason Reason)? _down;
    private bool _isLinkDown;

    /// <summary>Time of the last row of any kind; null: none is known.</summary>
    public long? LastRowMs { get; private set; }

    /// <summary>Marks that are complete and not yet written.</summary>
    public int Waiting => _marks.Count;

    /// <summary>Everything since then is missing until the next row.</summary>
    public void Since(long fromMs, GapReason reason) => _down ??= (fromMs, reason);

    public void LinkDown()
    {
        _isLinkDown = true;
        if (LastRowMs is { } last)
        {
            Since(last, GapReason.Disconnected);
        }
    }

    public void LinkUp() => _isLinkDown = false;

    public void Missing(GapKind kind, long fromMs)
    {
        if (_down is null)
        {
            _missing[(int)kind] ??= (fromMs, kind == GapKind.Book ? GapReason.UpdateIdJump : GapReason.Unknown);
        }
    }

    public void Row(GapKind kind, long ms)
    {
        LastRowMs = Math.Max(LastRowMs ?? ms, ms);
        if (!_isLinkDown)
        {
            Close(ref _down, ms);
        }

        Close(ref _missing[(int)kind], ms);
    }

    /// <summary>Closes what is open: nothing comes any more.</summary>
    public void End(long ms)
    {
        Close(ref _down, ms);
        for (var kind = 0; kind < _missing.Length; kind++)
        {
            Close(ref _missing[kind], ms);
        }
    }

    public List<GapMark> Take()
    {
        List<GapMark> taken = [.. _marks.OrderBy(m => m.FromMs)];
        _marks.Clear();
        return taken;
    }

    private void Close(ref (long From, GapReason Reason)? open, long ms)
    {
        if (open is { } gap)
        {
            _marks.Add(new GapMark(gap.From, Math.Max(gap.From, ms), gap.Reason));
            open = null;
        }
    }
}
