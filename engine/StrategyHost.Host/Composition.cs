using StrategyHost.Host.Authoring;
using StrategyHost.Host.Authoring.Repl;
using StrategyHost.Host.Authoring.Testing;
using StrategyHost.Host.Authoring.Watch;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Backup;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Data;
using StrategyHost.Host.Doctor;
using StrategyHost.Host.Emulate;
using StrategyHost.Host.Explain;
using StrategyHost.Host.Live;
using StrategyHost.Host.Operating;
using StrategyHost.Host.Record;
using StrategyHost.Host.Replay;
using StrategyHost.Host.Views;

namespace StrategyHost.Host;

/// <summary>The only place that names implementations: adapters and runners come together here and nowhere else.</summary>
internal static class Composition
{
    /// <summary>What this build can do.</summary>
    public static CommandHandlers Handlers() => new()
    {
        Backtest = new WatchedBacktest(TimeProvider.System),
        Check = new CheckHandler(),
        New = new NewHandler(),
        Test = new TestHandler(TimeProvider.System),
        Repl = new ReplHandler(),
        Import = new ImportHandler(),
        Record = new RecordHandler(TimeProvider.System),
        DataInfo = new DataInfoHandler(),
        Run = new RunHandler(TimeProvider.System, Environment.GetEnvironmentVariable),
        View = new ViewHandler(TimeProvider.System, Environment.GetEnvironmentVariable),
        Operator = new OperatorHandler(TimeProvider.System, Environment.GetEnvironmentVariable),
        Halt = new HaltHandler(TimeProvider.System, Environment.GetEnvironmentVariable),
        Explain = new ExplainHandler(),
        Replay = new ReplayHandler(),
        Emulate = new EmulateHandler(),
        Doctor = new DoctorHandler(TimeProvider.System, Environment.GetEnvironmentVariable),
        Backup = new BackupHandler(TimeProvider.System),
    };
}
