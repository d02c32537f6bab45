using Microsoft.AspNetCore.Http;
using StrategyHost.Emulator.Streams;
using StrategyHost.Emulator.Trading;

namespace StrategyHost.Emulator.Rest;

/// <summary>
/// Runs requests of both transports: finds the route, checks who asks, counts quotas, calls the handler under the floor's lock. What a
/// handler causes on the private streams is held back until its answer is out.
/// </summary>
internal sealed class RequestDesk(
    IReadOnlyDictionary<(string Method, string Path), EmulatorRoute> routes, Authentication authentication, RateMeter rates,
    TradingFloor floor, PrivateFeed feed)
{
    /// <summary>The answer to a REST request, and what to release once it is written.</summary>
    public (EmulatorReply Reply, Hold? Hold) Answer(EmulatorRequest request, IHeaderDictionary headers)
    {
        if (!routes.TryGetValue((request.Method, request.Path), out var route))
        {
            return (EmulatorReply.RouteNotFound(), null);
        }

        if (route.Private is not { } access)
        {
            return Call(route, request, null);
        }

        var (account, refusal) = authentication.Check(request, access.Needs);
        if (account is null)
        {
            return (refusal!, null); // one of the two is always there
        }

        var status = rates.Count(account.Uid, route, request.AtMs, Math.Max(1, route.Weight?.Invoke(request) ?? 1));
        RateHeaders.Write(headers, status);
        return status.IsExceeded ? (TooMany(), null) : Call(route, request with { ItemsGranted = status.Granted }, account);
    }

    /// <summary>The answer to a request of the trade stream, which has passed the checks of its session.</summary>
    public (EmulatorReply Reply, RateStatus? Rate, Hold? Hold) AnswerTrade(EmulatorRequest request, EmulatedAccount account)
    {
        var route = routes[(request.Method, request.Path)];
        if ((account.Permissions & route.Private!.Needs) != route.Private.Needs) // orders are private
        {
            return (EmulatorReply.Refused(10005, "Permission denied, please check your API key permissions."), null, null);
        }

        var status = rates.Count(account.Uid, route, request.AtMs, Math.Max(1, route.Weight?.Invoke(request) ?? 1));
        if (status.IsExceeded)
        {
            return (TooMany(), status, null);
        }

        var (reply, hold) = Call(route, request with { ItemsGranted = status.Granted }, account);
        return (reply, status, hold);
    }

    private static EmulatorReply TooMany() => EmulatorReply.Refused(10006, "Too many visits. Exceeded the API Rate Limit.");

    private (EmulatorReply Reply, Hold? Hold) Call(EmulatorRoute route, EmulatorRequest request, EmulatedAccount? account)
    {
        lock (floor.Gate)
        {
            var hold = route.Method == "POST" ? feed.BeginHold() : null;
            try
            {
                return (route.Handle(request, account), hold);
            }
            catch
            {
                // A bug: the request fails, but the streams go on.
                if (hold is not null)
                {
                    feed.Release(hold);
                }

                throw;
            }
            finally
            {
                feed.EndHold();
            }
        }
    }
}
