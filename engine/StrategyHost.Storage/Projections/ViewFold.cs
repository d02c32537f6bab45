using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Storage.Projections;

/// <summary>
/// Takes an account's records in the order of its journal into the tables; inside the caller's transaction. Saved plans count when their
/// account's follows, and not when their run ended before (as in <see cref="Core.Kernel.Saved.SavedFold"/>).
/// </summary>
internal sealed class ViewFold
{
    private readonly SqliteConnection _connection;
    private readonly AccountId _account;
    private readonly List<string> _pending;
    private readonly bool _hadPending;
    private string _run;

    /// <param name="connection">The view.</param>
    /// <param name="account">Whose records these are; another's are left alone.</param>
    /// <param name="run">The run of the record before.</param>
    public ViewFold(SqliteConnection connection, AccountId account, string run)
    {
        (_connection, _account, _run) = (connection, account, run);
        _pending = connection.Query<string>("SELECT body FROM pending ORDER BY position").AsList();
        _hadPending = _pending.Count > 0;
    }

    /// <summary>Takes one record; an error says that this program cannot read it.</summary>
    public Error? Take(JournalRecord record)
    {
        if (record.Run != _run)
        {
            _run = record.Run;
            _pending.Clear();
        }

        switch (record.Row.Kind)
        {
            case nameof(PlanSaved):
                _pending.Add(record.Row.Body);
                return null;
            case nameof(AccountSaved) or nameof(TradeClosed) or nameof(OrderClosed) or nameof(AccountShown):
            case nameof(OrderReport) or nameof(PositionReport) or nameof(WalletReport) or nameof(RefusalReport):
            case nameof(FillReport) or nameof(FundingReport):
                return Take(record, JournalCodec.Decode(record.Row));
            default:
                return null;
        }
    }

    /// <summary>What waits for its account's save is kept for the next records.</summary>
    public void End()
    {
        if (_hadPending || _pending.Count > 0)
        {
            _connection.Execute("DELETE FROM pending");
            _connection.Execute("INSERT INTO pending (body) VALUES (@Body)", _pending.Select(b => new { Body = b }));
        }
    }

    private Error? Take(JournalRecord record, Result<object> decoded)
    {
        if (!decoded.IsOk)
        {
            return decoded.Errors[0];
        }

        var at = record.Row.Stamp.At;
        switch (decoded.Value)
        {
            case AccountSaved saved when saved.Account == _account:
                MoneyRows.Write(_connection, saved.State);
                return TakePending(at);
            case TradeClosed { Trade: var trade } when trade.Account == _account:
                TradeRows.Write(_connection, record.Id, trade);
                break;
            case OrderClosed { Order: var order } when order.Account == _account:
                OrderRows.Write(_connection, order, at);
                break;
            case AccountShown shown when shown.Account == _account:
                SeenRows.Write(_connection, shown);
                break;
            case ExchangeReport report when report.Account == _account:
                SeenRows.Write(_connection, report);
                break;
        }

        return null;
    }

    private Error? TakePending(Timestamp at)
    {
        foreach (var body in _pending)
        {
            var decoded = JournalCodec.Decode(new JournalRow
            {
                Stamp = default,
                Kind = nameof(PlanSaved),
                Body = body,
            });
            if (!decoded.IsOk)
            {
                return decoded.Errors[0];
            }

            if (decoded.Value is PlanSaved { Plan: var plan } saved && saved.Account == _account)
            {
                PlanRows.Write(_connection, plan, at);
            }
        }

        _pending.Clear();
        return null;
    }
}
