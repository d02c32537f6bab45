namespace StrategyHost.Host;

/// <summary>What the process answers to its caller (contracts §1). Nothing else in the program names a number.</summary>
internal enum ExitCode
{
    Ok = 0,

    /// <summary>A bug: an exception that nobody expected.</summary>
    Bug = 1,

    /// <summary>Bad arguments, configuration or strategy: every problem is listed and nothing was started.</summary>
    BadInput = 2,

    /// <summary>Another host holds the data directory or the account.</summary>
    Held = 3,

    /// <summary>
    /// <c>verify</c>: a position without a full stop; goes before <see cref="CoverageUnknown"/>. <c>flatten</c>, <c>rebalance</c>,
    /// <c>halt</c>, <c>resume</c>: it was not all done.
    /// </summary>
    Uncovered = 4,

    /// <summary><c>verify</c>: the coverage of a position could not be found out.</summary>
    CoverageUnknown = 5,

    /// <summary><c>replay</c>: the run does not repeat.</summary>
    Difference = 6,

    /// <summary>A bounded command cut short by SIGINT or SIGTERM.</summary>
    CutShort = 130,
}
