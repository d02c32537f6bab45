using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Live;

/// <summary>What must be said before orders may leave this process (contracts §3).</summary>
internal static class LiveGuards
{
    public static IReadOnlyList<Error> Check(HostOptions options, RunArguments arguments)
    {
        var errors = new List<Error>();
        if (options.EffectiveMode == HostMode.Live && !arguments.AcceptsLive)
        {
            errors.Add(new Error
            {
                Field = "--i-accept-live",
                Rule = "live_not_accepted",
                Message = "mode live sends real orders: add --i-accept-live, or use mode demo, testnet or paper",
            });
        }

        if (options.EffectiveMode == HostMode.Live && arguments.Engine == EngineChoice.Jint && !options.AllowJintLive)
        {
            errors.Add(new Error
            {
                Field = "--engine",
                Value = "jint",
                Rule = "jint_live",
                Message = "Jint does not bound a script's memory: install libjavascriptcoregtk-4.1-0, or set allowJintLive",
            });
        }

        return errors;
    }

    /// <summary>Management may not be switched off while a position is open (contracts §3): it might rely on it.</summary>
    public static IReadOnlyList<Error> CheckUnmanaged(HostOptions options, IReadOnlyList<AccountSnapshot> accounts) =>
        options.Globals.UsePositionMonitor
            ? []
            : [.. from account in accounts
                  from position in account.Positions
                  where !position.Size.IsZero
                  select new Error
                  {
                      Field = "globals.use_position_monitor",
                      Value = "false",
                      Rule = "position_open",
                      Message = $"{account.Account} has a {position.Side.Text()} position of {position.Size} {position.Symbol}: "
                          + "close it first, or leave use_position_monitor on",
                  }];
}
