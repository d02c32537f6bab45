using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Accounts;

/// <summary>
/// The one way to the listener of an account: stream, reads and refusals all pass this lock, so reports come one call at a time, and a
/// snapshot never lacks what was reported before it. Thread-safe.
/// </summary>
internal sealed class AccountFeed(AccountBook book, AccountId account, IExchangeListener listener)
{
    private readonly Lock _lock = new();
    private readonly List<(Func<AccountBook, bool> Condition, TaskCompletionSource Done)> _waiting = [];

    /// <summary>Whose it is.</summary>
    public AccountId Account => account;

    /// <summary>Rows that could not be read. Called outside of the lock.</summary>
    public Action<IReadOnlyList<Error>>? OnProblems { get; set; }

    /// <summary>Takes something in and tells the news of it, which are also returned.</summary>
    public IReadOnlyList<ExchangeReport> Change(Action<AccountBook> change)
    {
        List<ExchangeReport> news;
        Error[] problems;
        lock (_lock)
        {
            change(book);
            problems = [.. book.Problems];
            book.Problems.Clear();
            news = book.TakeNews();
            if (news.Count > 0)
            {
                listener.OnReports(account, news);
            }

            Wake();
        }

        if (problems.Length > 0)
        {
            OnProblems?.Invoke(problems);
        }

        return news;
    }

    public T Look<T>(Func<AccountBook, T> look)
    {
        lock (_lock)
        {
            return look(book);
        }
    }

    public void TellSnapshot(Timestamp at)
    {
        lock (_lock)
        {
            listener.OnSnapshot(book.Snapshot(at));
        }
    }

    /// <summary>Waits until the book shows something; false: it did not in time.</summary>
    public async Task<bool> WaitAsync(Func<AccountBook, bool> condition, TimeSpan wait, TimeProvider time, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (condition(book))
            {
                return true;
            }

            _waiting.Add((condition, done));
        }

        try
        {
            await done.Task.WaitAsync(wait, time, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            lock (_lock)
            {
                _waiting.RemoveAll(w => w.Done == done);
            }
        }
    }

    private void Wake()
    {
        foreach (var (condition, done) in _waiting)
        {
            if (condition(book))
            {
                done.TrySetResult();
            }
        }
    }
}
