using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Storage.Projections;

/// <summary>Writes what the exchange says of the account, by the rules of <see cref="Core.Accounts.ObservedAccount"/>.</summary>
internal static class SeenRows
{
    public static void Write(SqliteConnection connection, AccountShown shown)
    {
        connection.Execute("DELETE FROM seen_account; DELETE FROM seen_position");
        connection.Execute("INSERT INTO seen_account (updated_ms, wallet) VALUES (@Ms, @Wallet)", new
        {
            shown.At.Ms,
            Wallet = ViewText.Of(shown.WalletBalance),
        });
        foreach (var position in shown.Positions)
        {
            Write(connection, position);
        }

        // A picture is read from nothing: of two rows of one order the later one stays, also where the earlier was known before.
        var since = connection.Query<(string Id, long Ms)>("SELECT id, since_ms FROM seen_order").ToDictionary(o => o.Id, o => o.Ms);
        connection.Execute("DELETE FROM seen_order");
        foreach (var order in shown.Orders)
        {
            var link = order.ClientOrderId.Value ?? "";
            if (link.Length > 0)
            {
                since.Remove(link); // what was in doubt is not any more, or is in doubt since now
            }

            if (order.Status.IsFinal())
            {
                since.Remove(KeyOf(order));
            }
            else if (link.Length > 0 && !connection.Query<int>("SELECT 1 FROM seen_order WHERE id = @Id", new { Id = KeyOf(order) }).Any())
            {
                foreach (var old in connection.Query<string>("SELECT id FROM seen_order WHERE link_id = @link", new { link }))
                {
                    since.Remove(old);
                }
            }

            since.TryAdd(KeyOf(order), order.At.Ms);
            Write(connection, order, since[KeyOf(order)]);
        }
    }

    public static void Write(SqliteConnection connection, ExchangeReport report)
    {
        const string Touch = """
            INSERT INTO seen_account (updated_ms, wallet) SELECT @Ms, NULL WHERE NOT EXISTS (SELECT 1 FROM seen_account);
            UPDATE seen_account SET updated_ms = max(updated_ms, @Ms)
            """;
        connection.Execute(Touch, new { report.At.Ms });
        switch (report)
        {
            case PositionReport position:
                Write(connection, position);
                break;
            case OrderReport order:
                Write(connection, order, order.At.Ms);
                break;
            case RefusalReport { Request: RequestKind.Place, ClientOrderId: { IsNone: false } refused }:
                Forget(connection, refused.Value);
                break;
            case WalletReport wallet:
                connection.Execute("UPDATE seen_account SET wallet = @Wallet", new { Wallet = ViewText.Of(wallet.Balance) });
                break;
        }
    }

    private static void Write(SqliteConnection connection, PositionReport position)
    {
        const string Sql = """
            INSERT INTO seen_position (symbol, leg, body) VALUES (@Symbol, @Leg, @Body)
            ON CONFLICT (symbol, leg) DO UPDATE SET body = excluded.body
            """;
        var (symbol, leg) = (position.Symbol.Name, (int)position.PositionIdx);
        if (position.Size.IsZero)
        {
            connection.Execute("DELETE FROM seen_position WHERE symbol = @symbol AND leg = @leg", new { symbol, leg });
        }
        else
        {
            connection.Execute(Sql, new { Symbol = symbol, Leg = leg, Body = BodyOf(position) });
        }
    }

    private static void Write(SqliteConnection connection, OrderReport order, long sinceMs)
    {
        const string Supersede = """
            DELETE FROM seen_order WHERE link_id = @Link AND @Link <> '' AND NOT EXISTS (SELECT 1 FROM seen_order WHERE id = @Id)
            """;
        const string Sql = """
            INSERT INTO seen_order (id, link_id, since_ms, body) VALUES (@Id, @Link, @Ms, @Body)
            ON CONFLICT (id) DO UPDATE SET body = excluded.body
            """;
        if (!order.ClientOrderId.IsNone)
        {
            Forget(connection, order.ClientOrderId.Value); // what was in doubt is not any more
        }

        if (order.Status.IsFinal())
        {
            Forget(connection, KeyOf(order));
        }
        else
        {
            var link = order.ClientOrderId.Value ?? "";
            connection.Execute(Supersede, new { Id = KeyOf(order), Link = link });
            connection.Execute(Sql, new { Id = KeyOf(order), Link = link, Ms = sinceMs, Body = BodyOf(order) });
        }
    }

    private static void Forget(SqliteConnection connection, string id) =>
        connection.Execute("DELETE FROM seen_order WHERE id = @id", new { id });

    /// <summary>An order in doubt has no id of the exchange yet: it goes by ours until it is found or refused.</summary>
    private static string KeyOf(OrderReport order) =>
        string.IsNullOrEmpty(order.OrderId.Value) ? order.ClientOrderId.Value ?? "" : order.OrderId.Value;

    private static string BodyOf(ExchangeReport report) => JournalCodec.Encode(default, report).Body;
}
