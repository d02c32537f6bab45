using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Storage.Projections;

/// <summary>
/// Takes an account's records in the order of its journal into the tables; inside the caller's transaction. Saved plans, and what is told
/// of orders and trades that are over, count when their account's save follows, and not when their run ended before: what a crash cut off
/// is told again (as in <see cref="Core.Kernel.Saved.SavedFold"/>). A run's first save says again what it goes on from: of plans that are
/// over it brings no order that is not there, since that one has been purged.
/// </summary>
internal sealed class ViewFold
{
    private const string Pending =
        "SELECT record AS Record, at_ms AS AtMs, kind AS Kind, version AS Version, body AS Body FROM pending ORDER BY record";

    private const string Keep =
        "INSERT INTO pending (record, at_ms, kind, version, body) VALUES (@Record, @AtMs, @Kind, @Version, @Body)";

    private readonly SqliteConnection _connection;
    private readonly AccountId _account;
    private readonly List<Waiting> _pending;
    private readonly bool _hadPending;
    private readonly SeenRows _seen;
    private string _run;
    private long _saved;

    /// <param name="connection">The view.</param>
    /// <param name="account">Whose records these are; another's are left alone.</param>
    /// <param name="run">The run of the record before.</param>
    public ViewFold(SqliteConnection connection, AccountId account, string run)
    {
        (_connection, _account, _run, _seen) = (connection, account, run, new SeenRows(connection, account));
        _pending = connection.Query<Waiting>(Pending).AsList();
        _hadPending = _pending.Count > 0;
        _saved = connection.QuerySingle<long>("SELECT saved FROM source");
    }

    /// <summary>Takes one record; an error says that this program cannot read it.</summary>
    public Error? Take(JournalRecord record)
    {
        if (record.Run != _run)
        {
            (_run, _saved) = (record.Run, -1);
            _pending.Clear();
        }

        switch (record.Row.Kind)
        {
            case nameof(PlanSaved):
            case nameof(TradeClosed) or nameof(OrderClosed) when record.Row.Stamp.Seq != _saved:
                _pending.Add(new Waiting(record));
                return null;
            case nameof(TradeClosed) or nameof(OrderClosed): // journals of before told them behind the step's save
                return Count(new Waiting(record));
            case nameof(AccountSaved) or nameof(AccountShown):
            case nameof(OrderReport) or nameof(PositionReport) or nameof(WalletReport) or nameof(RefusalReport):
            case nameof(FillReport) or nameof(FundingReport):
                return Take(record, JournalCodec.Decode(record.Row));
            default:
                return null;
        }
    }

    /// <summary>Writes the account as it is seen now; what waits for its account's save is kept for the next records.</summary>
    public void End()
    {
        _seen.End();
        _connection.Execute("UPDATE source SET saved = @_saved", new { _saved });
        if (_hadPending || _pending.Count > 0)
        {
            _connection.Execute("DELETE FROM pending");
            _connection.Execute(Keep, _pending);
        }
    }

    private Error? Take(JournalRecord record, Result<object> decoded)
    {
        if (!decoded.IsOk)
        {
            return decoded.Errors[0];
        }

        switch (decoded.Value)
        {
            case AccountSaved saved when saved.Account == _account:
                var isFirst = _saved < 0;
                _saved = record.Row.Stamp.Seq;
                MoneyRows.Write(_connection, saved.State);
                return TakePending(record.Row.Stamp.At, isFirst);
            case AccountShown shown when shown.Account == _account:
                _seen.Take(shown);
                break;
            case ExchangeReport report when report.Account == _account:
                _seen.Take(report);
                break;
        }

        return null;
    }

    private Error? TakePending(Timestamp at, bool isFirst)
    {
        foreach (var waiting in _pending.OrderBy(w => w.Kind != nameof(PlanSaved))) // a plan knows more of an order than the order's end
        {
            if (Count(waiting with { AtMs = waiting.Kind == nameof(PlanSaved) ? at.Ms : waiting.AtMs }, isFirst) is { } error)
            {
                return error;
            }
        }

        _pending.Clear();
        return null;
    }

    private Error? Count(Waiting waiting, bool isFirst = false)
    {
        var decoded = JournalCodec.Decode(new JournalRow
        {
            Stamp = default,
            Kind = waiting.Kind,
            Version = waiting.Version,
            Body = waiting.Body,
        });
        if (!decoded.IsOk)
        {
            return decoded.Errors[0];
        }

        var at = new Timestamp(waiting.AtMs);
        switch (decoded.Value)
        {
            case PlanSaved { Plan: var plan } saved when saved.Account == _account:
                PlanRows.Write(_connection, plan, at, isKnownOnly: isFirst && plan.IsFinished);
                break;
            case TradeClosed { Trade: var trade } when trade.Account == _account:
                TradeRows.Write(_connection, waiting.Record, trade);
                break;
            case OrderClosed { Order: var order } when order.Account == _account:
                OrderRows.Write(_connection, order, at);
                break;
        }

        return null;
    }

    /// <summary>A record that counts with the next save.</summary>
    private sealed record Waiting
    {
        public Waiting()
        {
        }

        public Waiting(JournalRecord record) =>
            (Record, AtMs, Kind, Version, Body) = (record.Id, record.Row.Stamp.At.Ms, record.Row.Kind, record.Row.Version, record.Row.Body);

        public long Record { get; init; }
        public long AtMs { get; init; }
        public string Kind { get; init; } = "";
        public int Version { get; init; }
        public string Body { get; init; } = "";
    }
}
