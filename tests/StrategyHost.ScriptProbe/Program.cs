using StrategyHost.ScriptProbe;

// A child process for tests that could end their runner, and a stopwatch for the script border.
//   hostile ENGINE SCRIPT.js ...   runs each script beside a sound one, prints BEGIN and END for each
//   stuck ENGINE SCRIPT.js         as hostile, with a watchdog that waits a second
//   traps ENGINE                   hardware exceptions on a thread that runs scripts
//   serve ENGINE                   runs a strategy until SIGTERM
//   bench ENGINE                   prints the cost per row and per crossing
StrategyHost.Scripting.ScriptEngines.Prepare();
return args switch
{
    ["bench", var engine] => Bench.Run(engine),
    ["hostile", var engine, .. var files] => Probe.Run(Engines.Get(engine), engine, files),
    ["stuck", var engine, var file] => Probe.Run(Engines.Get(engine, stuckMs: 1000), engine, [file]),
    ["traps", var engine] => Traps.Run(engine),
    ["serve", var engine] => Serve.Run(engine),
    _ => 2,
};
