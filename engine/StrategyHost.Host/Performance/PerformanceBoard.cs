using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Storage.Projections;

namespace StrategyHost.Host.Performance;

/// <summary>
/// The performance of one account, kept up from its tables: each trade once, by the number of its record. Written by the thread of the
/// tables, asked from any thread; a question waits for no engine and no file.
/// </summary>
internal sealed class PerformanceBoard(AccountId account)
{
    private const int Rows = 1000;
    private readonly Lock _lock = new();
    private PerformanceBook _book = new(account);
    private long _record;
    private long _takenTo;
    private long _day = long.MinValue;

    public AccountId Account { get; } = account;

    /// <summary>
    /// Takes what is new in the account's tables; an error where they cannot be read. Tables that went back are another journal's: the book
    /// begins anew.
    /// </summary>
    public Error? Follow(AccountProjection projection) => projection.Ask(tables => Follow(projection.TakenTo, tables));

    /// <summary>Looks at the book; nothing is added meanwhile.</summary>
    public T Look<T>(Func<PerformanceBook, T> look)
    {
        lock (_lock)
        {
            return look(_book);
        }
    }

    private void Follow(long takenTo, ViewTables tables)
    {
        if (takenTo == _takenTo)
        {
            return;
        }

        if (takenTo < _takenTo)
        {
            lock (_lock)
            {
                _book = new PerformanceBook(Account);
            }

            (_record, _day) = (0, long.MinValue);
        }

        var days = tables.DailyEquity(_day);
        for (var trades = tables.TradesAfter(_record, Rows); trades.Count > 0; trades = tables.TradesAfter(_record, Rows))
        {
            Take(trades);
        }

        lock (_lock)
        {
            foreach (var day in days)
            {
                _book.Take(day);
                _day = day.Time.Ms / 86_400_000;
            }
        }

        _takenTo = takenTo;
    }

    private void Take(IReadOnlyList<KeyValuePair<long, TradeRecord>> trades)
    {
        lock (_lock)
        {
            foreach (var (record, trade) in trades)
            {
                _book.Take(trade);
                _record = record;
            }
        }
    }
}
