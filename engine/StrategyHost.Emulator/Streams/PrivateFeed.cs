using System.Text;
using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Trading;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Streams;

/// <summary>
/// Messages of the private stream, one queue a user. 1. Order is kept. 2. What a request causes waits until its answer has been written, as
/// the exchange acknowledges first and acts later; messages behind it wait too. 3. creationTime never goes back.
/// </summary>
internal sealed class PrivateFeed(StreamHub hub, Func<long> now) : IPrivateSink
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Queue<(Hold? Hold, Message Message)>> _queues = [];
    private TradingFloor? _floor;
    private Hold? _current;
    private long _lastMs;
    private long _count;

    public void Attach(TradingFloor floor) => _floor = floor;

    /// <summary>From here on until <see cref="EndHold"/> (both under the floor's lock) messages wait for <see cref="Release"/>.</summary>
    public Hold BeginHold() => _current = new Hold();

    public void EndHold() => _current = null;

    public void Release(Hold hold)
    {
        lock (_gate)
        {
            hold.IsReleased = true;
            foreach (var (uid, queue) in _queues)
            {
                Flush(uid, queue);
            }
        }
    }

    public void Order(AccountLedger ledger, OrderRecord record) => Enqueue(ledger, "order", Rows.StreamOrder(record));

    public void Execution(AccountLedger ledger, ExecutionRecord record)
    {
        Enqueue(ledger, "execution", Rows.StreamExecution(record));
        if (record.Type == ExecType.Trade)
        {
            Enqueue(ledger, "execution.fast", Rows.FastExecution(record));
        }
    }

    public void Position(AccountLedger ledger, Symbol symbol)
    {
        var market = _floor!.Market(symbol.Name)!; // a symbol that was traded
        var rows = PositionIdxs.Of(_floor.Mode(ledger.Uid, symbol)).Select(idx =>
            AccountRows.Position(
                _floor.Position(ledger.Uid, symbol, idx), ledger.Position(symbol, idx), market.Instrument, isStream: true));
        Enqueue(ledger, "position", [.. rows]);
    }

    public void Wallet(AccountLedger ledger) =>
        Enqueue(ledger, "wallet", AccountRows.Wallet(_floor!.State(ledger.Uid), ledger.CumRealised, null, isStream: true));

    private void Enqueue(AccountLedger ledger, string topic, params JsonObject[] rows)
    {
        if (hub.PrivateOf(ledger.Uid).Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (!_queues.TryGetValue(ledger.Uid, out var queue))
            {
                _queues.Add(ledger.Uid, queue = new Queue<(Hold?, Message)>());
            }

            queue.Enqueue((_current, new Message(topic, new JsonArray([.. rows]))));
            Flush(ledger.Uid, queue);
        }
    }

    private void Flush(long uid, Queue<(Hold? Hold, Message Message)> queue)
    {
        while (queue.TryPeek(out var head) && head.Hold is not { IsReleased: false })
        {
            queue.Dequeue();
            _lastMs = Math.Max(_lastMs, now());
            foreach (var connection in hub.PrivateOf(uid))
            {
                foreach (var name in (string[])[head.Message.Topic, head.Message.Topic + ".linear"])
                {
                    if (hub.IsSubscribed(connection, name))
                    {
                        connection.Deliver(name, Frame(uid, name, head.Message.Data));
                    }
                }
            }
        }
    }

    private byte[] Frame(long uid, string topic, JsonArray data)
    {
        var message = new JsonObject
        {
            ["id"] = $"{uid}_{WireText.Of(++_count)}",
            ["topic"] = topic,
            ["creationTime"] = _lastMs,
            ["data"] = data.DeepClone(),
        };
        if (topic.StartsWith("execution.fast", StringComparison.Ordinal))
        {
            message.Remove("id");
        }

        return Encoding.UTF8.GetBytes(message.ToJsonString());
    }

    private sealed record Message(string Topic, JsonArray Data);
}

/// <summary>Keeps back what one request causes until it has been answered.</summary>
internal sealed class Hold
{
    public bool IsReleased { get; set; }
}
