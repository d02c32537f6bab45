using System.Net.WebSockets;
using System.Text;
using StrategyHost.Bybit;
using StrategyHost.Bybit.Rest;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Doctor;

/// <summary>What the exchange says: its clock, its streams, the rights of each key, the modes of each account. Reads only.</summary>
internal sealed class ExchangeChecks(HostOptions options, Func<string, string?> environment, TimeProvider time)
{
    /// <summary>The host works around it; more than ten times that is refused by <c>run</c>.</summary>
    private const long ClockWarningMs = 500;
    private static readonly TimeSpan StreamWait = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellation)
    {
        if (options.EffectiveMode == HostMode.Simulated)
        {
            return [Finding.Ok("exchange", "simulated in the host itself: neither network nor keys are needed")];
        }

        var opened = BybitConnection.Open(options, environment, options.EffectiveMode != HostMode.Paper, time);
        if (!opened.IsOk)
        {
            return [.. opened.Errors.Select(e => Finding.Of(e.Rule == "missing_key" ? "keys" : "exchange", e))];
        }

        using var connection = opened.Value;
        var findings = new List<Finding>();
        if (await connection.CheckClockAsync(cancellation) is { } errors)
        {
            findings.AddRange(errors.Select(e => Finding.Of(e.Rule == "clock_off" ? "clock" : "exchange", e)));
            if (connection.ClockOffsetMs is null)
            {
                return findings; // nothing else would answer either
            }
        }
        else
        {
            findings.Add(Finding.Ok("exchange", $"{connection.Endpoints.Rest} answers"));
            findings.Add(Clock(connection.ClockOffsetMs ?? 0));
        }

        findings.Add(await StreamAsync("public stream", connection.Endpoints.PublicStream, cancellation));
        if (connection.Clients.Count > 0)
        {
            findings.Add(await StreamAsync("private stream", connection.Endpoints.PrivateStream, cancellation));
            findings.AddRange(await AccountsAsync(connection, cancellation));
        }

        return findings;
    }

    private static Finding Clock(long offsetMs)
    {
        var text = $"{Math.Abs(offsetMs)} ms {(offsetMs > 0 ? "behind" : "ahead of")} the exchange's";
        return Math.Abs(offsetMs) <= ClockWarningMs
            ? Finding.Ok("clock", text) : Finding.Warning("clock", text, "let chrony or systemd-timesyncd keep this machine's clock");
    }

    private async Task<Finding> StreamAsync(string check, Uri address, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(StreamWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        using var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(address, either.Token);
            await socket.SendAsync(Encoding.UTF8.GetBytes("""{"op":"ping"}"""), WebSocketMessageType.Text, true, either.Token);
            await socket.ReceiveAsync(new byte[4096], either.Token);
            return Finding.Ok(check, $"{address} answers");
        }
        catch (WebSocketException problem)
        {
            return Silent(problem.WebSocketErrorCode.ToString());
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Silent($"no answer within {StreamWait.TotalSeconds:0} s");
        }

        Finding Silent(string why) => Finding.Problem(check, $"{address} does not answer: {why}",
            "look at the network and its firewall (WebSocket over port 443), or at endpoints in the configuration");
    }

    private async Task<IReadOnlyList<Finding>> AccountsAsync(BybitConnection connection, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        var users = new Dictionary<long, AccountId>();
        foreach (var (account, client) in connection.Clients)
        {
            var facts = await AccountChecks.CheckAsync(options, account, client, cancellation);
            findings.AddRange(facts.Errors.Select(e => Finding.Of("keys", e)));
            if (!facts.IsOk)
            {
                continue;
            }

            if (!users.TryAdd(facts.Value.UserId, account.Account))
            {
                var other = users[facts.Value.UserId];
                findings.Add(Finding.Of("keys", AccountChecks.Same(account, other, facts.Value.UserId)));
            }

            findings.AddRange(Keys(account.Account, facts.Value));
            findings.Add(await ModesAsync(account, client, facts.Value, cancellation));
        }

        return findings;
    }

    private static IEnumerable<Finding> Keys(AccountId account, KeyFacts facts)
    {
        yield return Finding.Ok("keys", $"{account}: UID {facts.UserId}, {(facts.CanTrade ? "trades contracts" : "reads only")}, "
            + $"{(facts.ExpiresAt.Length > 0 ? "ends " + facts.ExpiresAt : "does not end")}");
        if (facts.CanWithdraw)
        {
            yield return Finding.Warning("keys", $"{account}: the key can withdraw", "make one that cannot: mode live refuses this one");
        }

        if (facts.OtherPermissions.Count > 0)
        {
            yield return Finding.Warning("keys", $"{account}: the key may also {string.Join(", ", facts.OtherPermissions)}",
                "take away what a host does not need");
        }

        if (!facts.IsBoundToAddress)
        {
            yield return Finding.Warning("keys", $"{account}: the key works from every address", "bind it to this machine's address");
        }
    }

    private static async Task<Finding> ModesAsync(
        AccountOptions account, BybitRestClient client, KeyFacts facts, CancellationToken cancellation)
    {
        var snapshot = await BybitSnapshot.FetchAsync(client, account.PositionMode, cancellation);
        if (!snapshot.IsOk)
        {
            return Finding.Of("modes", snapshot.Errors[0]);
        }

        var wanted = account.PositionMode == PositionMode.Hedge ? "hedge" : "one-way";
        var others = snapshot.Value.Positions.Where(p => p.PositionIdx != 0 != (account.PositionMode == PositionMode.Hedge)).ToArray();
        var text = $"{account.Account}: margin {facts.MarginMode?.ToString().ToLowerInvariant() ?? "unknown"}, {wanted}, "
            + $"{snapshot.Value.Positions.Count} positions, {snapshot.Value.OpenOrders.Count} orders";
        return others.Length == 0 ? Finding.Ok("modes", text) : Finding.Problem(
            "modes", $"{text}; {others[0].Symbol} is held in the other position mode",
            $"close it, or change accounts.{account.Account}.positionMode");
    }
}
