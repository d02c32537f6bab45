using System.Text.Json;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Streams;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Accounts;

/// <summary>
/// The private stream: authenticates, subscribes, and reads the account before it says that it is up, because the exchange replays nothing
/// that was missed (bybit-v5 §6.3).
/// </summary>
internal sealed class PrivateStream(BybitRestClient client, AccountFeed feed, AccountSync sync, Action<LinkState, string> changed)
    : IStreamUser
{
    private const int AuthAheadMs = 10_000;
    private static readonly string[] Topics = ["order", "execution", "position", "wallet"];

    // An account may be silent for hours; reads from time to time find what a half-open stream keeps back.
    public bool ExpectsData => false;

    public async Task<string?> OpenedAsync(StreamConnection connection, CancellationToken cancellation)
    {
        if (client.ClockOffsetMs is null && !await client.MeasureClockAsync(cancellation).ConfigureAwait(false))
        {
            return "the server's clock could not be read";
        }

        var expires = client.ServerNow.AddMs(AuthAheadMs).Ms;
        object[] auth = [client.Signer.ApiKey, expires, client.Signer.SignStream(expires)];
        var failure = await connection.AskAsync("auth", auth, cancellation).ConfigureAwait(false)
            ?? await connection.AskAsync("subscribe", Topics, cancellation).ConfigureAwait(false);
        if (failure is not null)
        {
            return failure;
        }

        return await sync.ReadAsync(cancellation).ConfigureAwait(false) is null ? $"the account could not be read: {sync.Failure}" : null;
    }

    public void Received(string topic, ReadOnlySpan<byte> message)
    {
        try
        {
            Take(topic, message);
        }
        catch (JsonException e)
        {
            feed.Change(book => book.Problems.Add(new Error
            {
                File = topic,
                Rule = "wire_shape",
                Message = $"A message has another shape at {e.Path}. Report it; the account is read again.",
            }));
        }
    }

    public void Changed(LinkState state, string why) => changed(state, why);

    private void Take(string topic, ReadOnlySpan<byte> message)
    {
        switch (topic)
        {
            case "order":
                var orders = JsonSerializer.Deserialize(message, BybitJson.Default.OrderMessage)?.Data ?? [];
                feed.Change(book => Array.ForEach(orders, book.Take));
                break;
            case "execution":
                var executions = JsonSerializer.Deserialize(message, BybitJson.Default.ExecutionMessage)?.Data ?? [];
                feed.Change(book => Array.ForEach(executions, book.Take));
                break;
            case "position":
                var positions = JsonSerializer.Deserialize(message, BybitJson.Default.PositionMessage);
                feed.Change(book => Array.ForEach(positions?.Data ?? [], p => book.TakeOfStream(p, TimeOf(positions))));
                break;
            case "wallet":
                var wallets = JsonSerializer.Deserialize(message, BybitJson.Default.WalletMessage);
                feed.Change(book => Array.ForEach(wallets?.Data ?? [], w => book.Take(w, TimeOf(wallets))));
                break;
            default:
                break; // not asked for
        }
    }

    private Timestamp TimeOf<T>(StreamMessage<T>? message) => message?.CreationTime is { } ms ? new Timestamp(ms) : client.ServerNow;
}
