namespace StrategyHost.Kill.Tests.Kills;

/// <summary>When a life ends. All but the first two are told by the emulator or by the host's own log.</summary>
internal enum KillMoment
{
    /// <summary>While it starts, and its next life too.</summary>
    Start,

    /// <summary>After a while of trading.</summary>
    Time,

    /// <summary>The exchange has taken a request, and its answer has not come.</summary>
    ReplyHeld,

    /// <summary>A request has left, and the exchange has not got it: the connection dies with the host.</summary>
    RequestHeld,

    /// <summary>Something has filled, or an order has changed, and the stream has not told.</summary>
    NewsHeld,

    /// <summary>Right behind a line of the log.</summary>
    Logged,
}

/// <summary>One seeded life: how it ends, and what its end waits for.</summary>
internal sealed record KillPlan(KillMoment Moment, object? Fault, string Line, int Ms, bool MovesMeanwhile, int DeadMs, decimal Move)
{
    private static readonly string[] Paths =
    [
        "/v5/order/create*", "/v5/order/create*", "/v5/order/create*", "/v5/position/trading-stop", "/v5/position/trading-stop",
        "/v5/order/cancel*", "/v5/order/amend*",
    ];

    private static readonly string[] Lines =
    [
        "restless buy", "restless sell", "restless close", "main entry", "mirror entry", "main exit", "mirror target", "main target",
    ];

    public static KillPlan Of(Random chance)
    {
        var number = chance.Next(100);
        var moment = number switch
        {
            < 15 => KillMoment.Start,
            < 30 => KillMoment.Time,
            < 55 => KillMoment.ReplyHeld,
            < 68 => KillMoment.RequestHeld,
            < 84 => KillMoment.NewsHeld,
            _ => KillMoment.Logged,
        };
        return new KillPlan(
            moment,
            FaultOf(moment, chance),
            Lines[chance.Next(Lines.Length)],
            moment == KillMoment.Start ? chance.Next(150, 2500) : moment == KillMoment.Time ? chance.Next(100, 1500) : chance.Next(0, 40),
            MovesMeanwhile: chance.Next(2) == 0,
            DeadMs: chance.Next(0, 400),
            Move: chance.Next(3) == 0 ? (chance.Next(2) == 0 ? -1 : 1) * chance.Next(3, 14) / 1000m : 0);
    }

    public override string ToString() => Moment switch
    {
        KillMoment.Logged => $"{Moment} '{Line}' +{Ms} ms",
        KillMoment.Start or KillMoment.Time => $"{Moment} {Ms} ms",
        _ => $"{Moment} {Fault} +{Ms} ms",
    } + (Move == 0 ? "" : $", prices moved by {Move:P1}");

    private static object? FaultOf(KillMoment moment, Random chance)
    {
        var account = KillChain.Accounts[chance.Next(2)];
        var (path, after) = (Paths[chance.Next(Paths.Length)], chance.Next(0, 6));
        after = path.StartsWith("/v5/order/create", StringComparison.Ordinal) ? after : after / 3;
        return moment switch
        {
            KillMoment.ReplyHeld => new { match = new { account, path, after }, action = "delay", ms = 5000, where = "reply" },
            KillMoment.RequestHeld => new { match = new { account, path, after }, action = "delay", ms = 5000, where = "request" },
            KillMoment.NewsHeld => new { match = new { account, stream = "private", after, count = 1 }, action = "delay", ms = 5000 },
            _ => null,
        };
    }
}
