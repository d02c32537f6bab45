using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Tests.Loopback;

/// <summary>A listener that keeps everything it hears, in order.</summary>
internal sealed class ReportLog : IExchangeListener
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(90);
    private readonly Lock _lock = new();
    private readonly List<object> _heard = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<ExchangeReport> Reports => All<ExchangeReport>();

    public void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports) => Add([.. reports]);

    public void OnSnapshot(AccountSnapshot snapshot) => Add([snapshot]);

    public void OnMarket(MarketNews news) => Add([news]);

    public void OnLink(LinkNews news) => Add([news]);

    public IReadOnlyList<T> All<T>()
    {
        lock (_lock)
        {
            return [.. _heard.OfType<T>()];
        }
    }

    public bool Has<T>(Func<T, bool> holds) => All<T>().Any(holds);

    /// <summary>Waits for the first that holds, from the beginning. Fails after 30 s with what was heard.</summary>
    public async Task<T> WaitAsync<T>(Func<T, bool> holds)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                foreach (var item in _heard.OfType<T>())
                {
                    if (holds(item))
                    {
                        return item;
                    }
                }

                more = _more.Task;
            }

            try
            {
                await more.WaitAsync(HangGuard);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"no such {typeof(T).Name} among:\n" + string.Join('\n', All<object>()));
            }
        }
    }

    private void Add(object[] items)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            _heard.AddRange(items);
            more = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
    }
}
