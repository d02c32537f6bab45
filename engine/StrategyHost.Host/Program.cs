using System.Collections;
using System.Runtime.InteropServices;
using StrategyHost.Host;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;
using StrategyHost.Scripting;

// The one place where the process meets the world: signals in, exit code out, and the last catch.
ScriptEngines.Prepare(); // before anything uses a regular expression
using var signal = new CancellationTokenSource();
void Cancel(PosixSignalContext context)
{
    // The first signal asks; a second one is left to the system, which ends the process at once.
    if (!signal.IsCancellationRequested)
    {
        context.Cancel = true;
        signal.Cancel();
    }
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
    .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
var console = HostConsole.OfProcess(environment);
var line = new CommandLine(Composition.Handlers(), console, environment);
try
{
    return (int)line.Run(args, signal.Token);
}
#pragma warning disable CA1031 // The outermost frame: whatever arrives here is a bug, and a user sees one line of it.
catch (Exception bug)
#pragma warning restore CA1031
{
    return (int)line.ShowBug(bug, args.Contains("--json"));
}
