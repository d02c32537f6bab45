namespace StrategyHost.Reliability.Tests.Faults;

/// <summary>
/// What can go wrong, one switch each; ids of the fault catalogue (reliability.md §3) in the comments. A seed draws which are on and how
/// often each strikes.
/// </summary>
internal enum FaultKind
{
    /// <summary>N02: the request never arrives.</summary>
    RequestLost,

    /// <summary>N01, N03–N06: it arrives, its answer does not.</summary>
    ReplyLost,

    /// <summary>N07, N08: it takes seconds to arrive, and may come after the host has given up waiting.</summary>
    RequestSlow,

    /// <summary>N10.</summary>
    StreamTwice,

    /// <summary>N11, N12: messages overtake each other and the answer.</summary>
    StreamReordered,

    /// <summary>N14: a message is missing, and nothing says so.</summary>
    StreamSilent,

    /// <summary>N13: the stream breaks and comes back.</summary>
    StreamGap,

    /// <summary>N18, E46: nobody answers for a while.</summary>
    Outage,

    /// <summary>N21: HTTP 403, ten minutes.</summary>
    Ban,

    /// <summary>E24: 10006.</summary>
    RateLimited,

    /// <summary>E04: 110079.</summary>
    Processing,

    /// <summary>E26: 110007 on an entry.</summary>
    NoMargin,

    /// <summary>E22: 110009, 110061 on what is protective.</summary>
    TooManyStops,

    /// <summary>E02, E03: 110001 although the order stands or has just ended.</summary>
    OrderGone,

    /// <summary>E18: 34040.</summary>
    NotModified,


    /// <summary>E49: a code that nobody knows; taken or not.</summary>
    UnknownCode,

    /// <summary>E09: acknowledged, then rejected.</summary>
    AsyncReject,

    /// <summary>E08: acknowledged, and nothing happens.</summary>
    AckedNotDone,

    /// <summary>E10: what is new shows in lists seconds later.</summary>
    VisibilityLag,

    /// <summary>E28, E29, E06: a book too thin for what takes from it.</summary>
    ThinBook,

    /// <summary>E20, E36: the price jumps past stops.</summary>
    Gap,

    /// <summary>E38.</summary>
    Funding,

    /// <summary>E33: one of our orders is cancelled by somebody else.</summary>
    OrderCancelledByHand,

    /// <summary>E33, E35: somebody takes the position's stop away or moves it.</summary>
    StopTakenByHand,

    /// <summary>E34, O08: somebody closes or adds by hand.</summary>
    PositionChangedByHand,

    /// <summary>E22: somebody else's conditional orders stand there.</summary>
    ForeignOrders,

    /// <summary>K01, K03: the host's clock is set.</summary>
    ClockStep,

    /// <summary>S08: commits take long.</summary>
    DiskSlow,

    /// <summary>S02: the disk does not answer for seconds.</summary>
    DiskStuck,

    /// <summary>S01, S03: it refuses.</summary>
    DiskFull,

    /// <summary>N13 of the public stream: the host sees no prices.</summary>
    MarketGap,

    /// <summary>K04: the host stands still for a while.</summary>
    HostStall,

    /// <summary>J01: a script takes long to answer.</summary>
    ScriptSlow,

    /// <summary>C01–C10, C13: the process dies; the disk forgets what was not synced.</summary>
    Crash,
}
