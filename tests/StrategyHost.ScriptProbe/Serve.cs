using System.Runtime.InteropServices;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting;

namespace StrategyHost.ScriptProbe;

/// <summary>Runs a busy strategy until SIGTERM, then ends as a host should: the call under way comes back, the instance is disposed, code
/// 0.</summary>
internal static class Serve
{
    public static int Run(string engineName)
    {
        var engine = Engines.Get(engineName);
        using var stop = new CancellationTokenSource();
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        using var lane = new ScriptLane("serve");
        const string Busy = "function on_kline(k, ctx) { for (var i = 0, s = 0; i < 20000; i++) { s += i; } return [s]; }";
        using var instance = lane.Run(() =>
            engine.Load(new ScriptSource("busy.js", "", Busy), new ScriptLimits { TimeLimitMs = 5000 })).Value;
        lane.Run(() => instance.Configure(Samples.Environment));
        var block = Samples.Klines(1000);
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var row = i % 1000;
            var answer = lane.Run(() =>
                instance.Call(new KlineRun(block, row, row + 1) { At = new Timestamp(60_000L * (row + 1)) }, ScriptView.Empty));
            if (answer.Fault is { } fault)
            {
                Console.WriteLine("FAULT " + fault.Error);
                return 1;
            }

            if (i == 3)
            {
                Console.WriteLine("READY");
            }
        }

        lane.Run(instance.Dispose);
        Console.WriteLine("STOPPED");
        return 0;
    }
}
