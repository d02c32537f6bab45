using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Host.Live;

/// <summary>
/// Keeps what an exchange says until there is somebody to hear it: the streams are open before the history is read, so that no candle falls
/// between the two.
/// </summary>
internal sealed class HeldListener : IExchangeListener
{
    private readonly Lock _gate = new();
    private readonly Queue<Action<IExchangeListener>> _held = [];
    private IExchangeListener? _listener;

    /// <summary>Tells everything so far, in order; from now on nothing is kept.</summary>
    public void Release(IExchangeListener listener)
    {
        lock (_gate)
        {
            while (_held.TryDequeue(out var say))
            {
                say(listener);
            }

            _listener = listener;
        }
    }

    public void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports) => Say(l => l.OnReports(account, reports));

    public void OnSnapshot(AccountSnapshot snapshot) => Say(l => l.OnSnapshot(snapshot));

    public void OnMarket(MarketNews news) => Say(l => l.OnMarket(news));

    public void OnLink(LinkNews news) => Say(l => l.OnLink(news));

    private void Say(Action<IExchangeListener> say)
    {
        lock (_gate)
        {
            if (_listener is { } listener)
            {
                say(listener);
            }
            else
            {
                _held.Enqueue(say);
            }
        }
    }
}
