using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Line;

/// <summary>
/// The private stream: messages late, twice, out of order or missing; breaks with a reconnect and a read of the whole account before the
/// link is up again; and the read each 30 s that finds what was silently lost.
/// </summary>
internal sealed class LineStream
{
    private const long ReconcileMs = 30_000;
    private readonly LineParts _parts;
    private readonly LineBook _book;
    private readonly LineTrouble _trouble;
    private readonly LineReads _reads;
    private readonly Action<IReadOnlyList<ExchangeReport>> _tell;
    private long _lastMs;
    private long _lastFillMs;
    private int _onTheWay;
    private bool _isUp;
    private bool _isDead;

    public LineStream(LineParts parts, LineBook book, LineTrouble trouble, LineReads reads, Action<IReadOnlyList<ExchangeReport>> tell)
    {
        (_parts, _book, _trouble, _reads, _tell) = (parts, book, trouble, reads, tell);
    }

    /// <summary>Messages were lost and nobody has noticed yet.</summary>
    public bool HasLost { get; private set; }
    public bool IsIdle => _onTheWay == 0 && _isUp && !HasLost;
    public bool IsUp => _isUp;

    public void Die() => _isDead = true;

    /// <summary>Connects and reads the account; then the link is up.</summary>
    public void Open()
    {
        Connect();
        Reconcile();
    }

    /// <summary>What the exchange says about the account.</summary>
    public void Say(IReadOnlyList<Told> told)
    {
        if (_isDead)
        {
            return;
        }

        if (!_isUp)
        {
            _trouble.Impair(1000);
            return; // nobody is connected; the read after the connect finds it
        }

        if (_parts.Faults.Hits(FaultKind.StreamGap, _parts.Name))
        {
            Break();
            return;
        }

        // One message per topic, as the exchange sends them.
        Send([.. told.Where(t => t.Report is OrderReport)]);
        Send([.. told.Where(t => t.Report is FillReport or FundingReport)]);
        Send([.. told.Where(t => t.Report is PositionReport or WalletReport)]);
    }

    private void Send(Told[] message)
    {
        if (message.Length == 0)
        {
            return;
        }

        if (_parts.Faults.Hits(FaultKind.StreamSilent, _parts.Name))
        {
            HasLost = true;
            _trouble.Impair(ReconcileMs + 5000);
            return;
        }

        var lag = _parts.Dice.Int(_parts.LagMs / 2, _parts.LagMs * 2);
        if (_parts.Faults.Hits(FaultKind.StreamReordered, _parts.Name))
        {
            // Messages of different topics overtake each other; executions keep the order of their stream.
            lag += _parts.Dice.Int(1, 2000);
            _trouble.Impair(lag + 500);
        }
        else
        {
            lag = (int)Math.Max(lag, _lastMs - _parts.Time.NowMs);
            _lastMs = _parts.Time.NowMs + lag;
        }

        if (message[0].Report is FillReport or FundingReport)
        {
            lag = (int)Math.Max(lag, _lastFillMs - _parts.Time.NowMs);
            _lastFillMs = _parts.Time.NowMs + lag;
        }

        Deliver(message, lag);
        if (_parts.Faults.Hits(FaultKind.StreamTwice, _parts.Name))
        {
            Deliver(message, lag + _parts.Dice.Int(0, 3000));
        }
    }

    private void Deliver(Told[] message, long lag)
    {
        _onTheWay++;
        _parts.Time.After(lag, _parts.Rank, () =>
        {
            _onTheWay--;
            if (_isDead)
            {
                return;
            }

            var news = new List<ExchangeReport>(message.Length);
            foreach (var told in message)
            {
                if (_book.Take(told) is { } report)
                {
                    news.Add(report);
                }
                else
                {
                    _parts.Markers.Hit("line.told_once_only");
                }
            }

            _tell(news);
        });
    }

    private void Break()
    {
        _isUp = false;
        _parts.Say?.Invoke($"{_parts.Name} the stream breaks");
        Link(LinkState.Down, "it broke");
        var wait = _parts.Dice.Int(300, 20_000);
        _trouble.Impair(wait + 2000);
        _parts.Time.After(wait, _parts.Rank, Connect);
    }

    private void Connect()
    {
        if (_isDead || _isUp)
        {
            return;
        }

        _isUp = true; // messages come from now on; the link is up when the account was read
        _reads.Account(isRead =>
        {
            if (isRead && _reads.IsComplete)
            {
                HasLost = false;
                _parts.Markers.Hit("line.reconnected");
                Link(LinkState.Up, "connected and read");
            }
            else
            {
                _isUp = false;
                _trouble.Impair(2000);
                _parts.Time.After(isRead ? 300 : 1000, _parts.Rank, Connect);
            }
        });
    }

    private void Reconcile() => _parts.Time.After(ReconcileMs, _parts.Rank, () =>
    {
        if (_isDead)
        {
            return;
        }

        if (_isUp)
        {
            var hadLost = HasLost;
            _reads.Account(isRead =>
            {
                if (isRead && hadLost && _isUp)
                {
                    HasLost = false;
                    _parts.Markers.Hit("line.silence_found");
                    Break(); // what the stream kept back was found: it is replaced
                }
            });
        }

        Reconcile();
    });

    private void Link(LinkState state, string why) =>
        _parts.Listener.OnLink(new LinkNews(Core.Ports.Link.Private, _parts.Account, state, new Timestamp(_parts.Time.NowMs), why));
}
