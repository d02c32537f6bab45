namespace StrategyHost.Host.Alerts;

/// <summary>
/// What time it is at Telegram, by its last answer, in seconds since 1970. A monotonic clock stands still while a machine sleeps, and an
/// answer may have waited in a buffer all that time; this machine's own clock, against which Telegram's was compared before, tells both.
/// </summary>
/// <param name="Server">When the answer was read, at Telegram.</param>
/// <param name="Read">That moment by this machine's clock.</param>
/// <param name="Ahead">How many seconds Telegram's clock is ahead of this machine's, by this answer.</param>
internal sealed record TelegramTime(double Server, DateTimeOffset Read, double Ahead)
{
    /// <param name="said">The answer's own time; null: it had none.</param>
    /// <param name="now">This machine's clock.</param>
    /// <param name="before">As of the answer before; null: this is the first.</param>
    public static TelegramTime Of(long? said, DateTimeOffset now, TelegramTime? before)
    {
        var own = now.ToUnixTimeMilliseconds() / 1000.0;
        var server = said ?? own + (before?.Ahead ?? 0);
        return new TelegramTime(before is null ? server : Math.Max(server, own + before.Ahead), now, server - own);
    }

    /// <summary>At Telegram when it is this here.</summary>
    public double At(DateTimeOffset now) => Server + Math.Max(0, (now - Read).TotalSeconds);
}
