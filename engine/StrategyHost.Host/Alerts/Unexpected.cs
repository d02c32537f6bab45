namespace StrategyHost.Host.Alerts;

/// <summary>
/// Exceptions that nobody expected, of what talks to the outside. They end nothing: they are said once, and it is tried again later. Their
/// messages are left out, since one may hold an address that is a secret.
/// </summary>
internal static class Unexpected
{
    /// <summary>As a failure that may be over later.</summary>
    public static Delivery Delivery(Exception bug) => new(DeliveryKind.Later, Text(bug));

    /// <summary>For the log: what and where.</summary>
    public static string Text(Exception bug) => $"a bug: {bug.GetType().Name}{Environment.NewLine}{bug.StackTrace}";
}
