using Dapper;
using Microsoft.Data.Sqlite;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;

namespace StrategyHost.Storage.Projections;

/// <summary>Writes what a saved plan says: its position with stop and targets while it is open, and its orders.</summary>
internal static class PlanRows
{
    private const string Plan = """
        INSERT INTO plan (number, is_finished, changed_ms) VALUES (@Number, @IsFinished, @Ms)
        ON CONFLICT (number) DO UPDATE SET is_finished = excluded.is_finished, changed_ms = excluded.changed_ms;
        DELETE FROM position WHERE plan = @Number;
        DELETE FROM target WHERE plan = @Number
        """;

    private const string Position = """
        INSERT INTO position (plan, strategy, symbol, leg, side, tag, tranche, signal_id, size, average_price, opened_ms, phase,
            stop_price, stop_source, sent_stop)
        VALUES (@Number, @Strategy, @Symbol, @Leg, @Side, @Tag, @Tranche, @SignalId, @Size, @Average, @OpenedMs, @Phase, @Stop,
            @StopSource, @SentStop)
        """;

    private const string Target = """
        INSERT INTO target (plan, rung, price, share_percent, filled, order_id)
        VALUES (@Number, @Rung, @Price, @SharePercent, @Filled, @OrderId)
        """;

    /// <param name="connection">The view.</param>
    /// <param name="plan">As it was saved.</param>
    /// <param name="at">Time of the save.</param>
    /// <param name="isKnownOnly">What is not there is not added.</param>
    public static void Write(SqliteConnection connection, SavedPlan plan, Timestamp at, bool isKnownOnly)
    {
        const string Sql = "SELECT EXISTS (SELECT 1 FROM plan WHERE number = @Number)";
        if (!isKnownOnly || connection.QuerySingle<bool>(Sql, new { plan.Number }))
        {
            connection.Execute(Plan, new { plan.Number, plan.IsFinished, at.Ms });
        }

        if (!plan.IsFinished && !plan.Position.Size.IsZero)
        {
            WritePosition(connection, plan);
        }

        var first = plan.Entries.Count == 0 ? null : plan.Orders.FirstOrDefault(o => o.Number == plan.Entries[0]);
        foreach (var order in plan.Orders.Where(o => !isKnownOnly || OrderRows.IsKnown(connection, o)))
        {
            OrderRows.Write(connection, plan, order, first is null || first.Number == order.Number ? null : OrderRows.IdOf(first), at);
        }
    }

    private static void WritePosition(SqliteConnection connection, SavedPlan plan)
    {
        connection.Execute(Position, new
        {
            plan.Number,
            Strategy = plan.Strategy.Name,
            Symbol = plan.Symbol.Name,
            Leg = (int)plan.PositionIdx,
            Side = plan.Side.ToString(),
            plan.Origin.Tag,
            plan.Origin.Tranche,
            plan.Origin.SignalId,
            Size = plan.Position.Size.ToString(),
            Average = ViewText.Of(plan.Position.EntryValue / plan.Position.Size.Value),
            OpenedMs = plan.Position.OpenedAt.Ms,
            Phase = plan.Phase.ToString(),
            Stop = ViewText.Of(plan.Stop?.Stop),
            StopSource = plan.Stop is { Stop.Units: not 0 } stop ? stop.Source.ToString() : null,
            SentStop = ViewText.Of(plan.SentStop),
        });
        for (var rung = 0; rung < plan.Targets.Count; rung++)
        {
            var number = rung < plan.TargetOrders.Count ? plan.TargetOrders[rung] : 0;
            connection.Execute(Target, new
            {
                plan.Number,
                Rung = rung,
                Price = plan.Targets[rung].Price.ToString(),
                SharePercent = ViewText.Of(plan.Targets[rung].SharePercent),
                Filled = (rung < plan.TargetFilled.Count ? plan.TargetFilled[rung] : default).ToString(),
                OrderId = plan.Orders.FirstOrDefault(o => o.Number == number) is { } order ? OrderRows.IdOf(order) : null,
            });
        }
    }
}
