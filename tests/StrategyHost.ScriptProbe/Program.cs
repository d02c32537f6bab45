using StrategyHost.ScriptProbe;

// A child process for tests that could end their runner, and a stopwatch for the script border.
//   probe ENGINE SCRIPT.js [timeLimitMs memoryMb]   loads the script, calls on_kline once, prints RESULT …
//   bench ENGINE                                    prints the cost per row and per crossing
StrategyHost.Scripting.ScriptEngines.Prepare();
return args switch
{
    ["bench", var engine] => Bench.Run(engine),
    ["probe", var engine, var file, .. var limits] => Probe.Run(engine, file, limits),
    _ => 2,
};
