using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Storage.Projections;

/// <summary>
/// What the exchange says of the account. What a report changes is for <see cref="ObservedAccount"/> to say, as in a running host: it is
/// taken up from the tables when the first report of some records comes, and what is another then is written behind the last one.
/// </summary>
internal sealed class SeenRows(SqliteConnection connection, AccountId account)
{
    private readonly Dictionary<(Symbol, PositionIdx), PositionReport> _positions = []; // in the tables, as are the orders
    private readonly Dictionary<ExchangeOrderId, SeenOrder> _orders = [];
    private ObservedAccount? _seen;

    public void Take(AccountShown shown) => Seen().Replace(shown.At, shown.WalletBalance, shown.Positions, shown.Orders);

    public void Take(ExchangeReport report) => Seen().Apply(report);

    /// <summary>Writes what has changed.</summary>
    public void End()
    {
        if (_seen is not { UpdatedAt: { } at } seen)
        {
            return;
        }

        connection.Execute("DELETE FROM seen_account");
        connection.Execute("INSERT INTO seen_account (updated_ms, wallet) VALUES (@Ms, @Wallet)", new
        {
            at.Ms,
            Wallet = seen.WalletBalance is { } wallet ? ViewText.Of(wallet) : null,
        });
        WritePositions(seen);
        WriteOrders(seen);
    }

    private ObservedAccount Seen()
    {
        if (_seen is not null)
        {
            return _seen;
        }

        _seen = new ObservedAccount(account);
        if (new ViewTables(connection, account).Seen() is { } known)
        {
            _seen.TakeUp(known.UpdatedAt, known.WalletBalance, known.Positions, known.Orders.Select(o => (o.Order, o.Since)));
            foreach (var position in known.Positions)
            {
                _positions.Add((position.Symbol, position.PositionIdx), position);
            }

            foreach (var order in known.Orders)
            {
                _orders.Add(ObservedAccount.Key(order.Order), order);
            }
        }

        return _seen;
    }

    private void WritePositions(ObservedAccount seen)
    {
        const string Sql = """
            INSERT INTO seen_position (symbol, leg, body) VALUES (@Symbol, @Leg, @Body)
            ON CONFLICT (symbol, leg) DO UPDATE SET body = excluded.body
            """;
        foreach (var (symbol, leg) in _positions.Keys.Where(k => seen.Position(k.Item1, k.Item2) is null))
        {
            connection.Execute("DELETE FROM seen_position WHERE symbol = @Name AND leg = @Leg", new { symbol.Name, Leg = (int)leg });
        }

        foreach (var position in seen.Positions)
        {
            if (!_positions.TryGetValue((position.Symbol, position.PositionIdx), out var known) || !ReferenceEquals(known, position))
            {
                connection.Execute(Sql, new { Symbol = position.Symbol.Name, Leg = (int)position.PositionIdx, Body = BodyOf(position) });
            }
        }
    }

    private void WriteOrders(ObservedAccount seen)
    {
        const string Sql = """
            INSERT INTO seen_order (id, since_ms, body) VALUES (@Id, @Ms, @Body)
            ON CONFLICT (id) DO UPDATE SET since_ms = excluded.since_ms, body = excluded.body
            """;
        var orders = seen.Orders.ToDictionary(ObservedAccount.Key);
        foreach (var gone in _orders.Keys.Where(k => !orders.ContainsKey(k)))
        {
            connection.Execute("DELETE FROM seen_order WHERE id = @Value", new { gone.Value });
        }

        foreach (var (key, order) in orders)
        {
            var since = seen.Since(order);
            if (!_orders.TryGetValue(key, out var known) || !ReferenceEquals(known.Order, order) || known.Since != since)
            {
                connection.Execute(Sql, new { Id = key.Value, since.Ms, Body = BodyOf(order) });
            }
        }
    }

    private static string BodyOf(ExchangeReport report) => JournalCodec.Encode(default, report).Body;
}
