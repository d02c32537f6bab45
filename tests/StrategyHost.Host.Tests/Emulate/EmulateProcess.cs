using System.Diagnostics;
using System.Text;

namespace StrategyHost.Host.Tests.Emulate;

/// <summary>The built command <c>emulate</c> as a process of its own, on a free port.</summary>
internal sealed class EmulateProcess : IDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private EmulateProcess(Process process) => _process = process;

    public string Address { get; private set; } = "";

    /// <summary>What came on stdout after the ready line.</summary>
    public string RestOfOutput { get; private set; } = "";

    public static async Task<EmulateProcess> StartAsync(params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "strategyhost.dll"), "emulate", "--port", "0", .. arguments])
        {
            info.ArgumentList.Add(argument);
        }

        var process = Process.Start(info) ?? throw new InvalidOperationException("emulate did not start");
        var emulate = new EmulateProcess(process);
        process.ErrorDataReceived += (_, line) => emulate._errors.AppendLine(line.Data);
        process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(StartPatience);
        var ready = await process.StandardOutput.ReadLineAsync(patience.Token);
        if (ready is null || !ready.StartsWith("ready http://127.0.0.1:", StringComparison.Ordinal))
        {
            emulate.Dispose();
            throw new InvalidOperationException($"no ready line but '{ready}': {emulate._errors}");
        }

        emulate.Address = ready["ready ".Length..];
        return emulate;
    }

    /// <summary>Sends SIGTERM and gives the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {_process.Id}"]);
        using var patience = new CancellationTokenSource(StopPatience);
        RestOfOutput = await _process.StandardOutput.ReadToEndAsync(patience.Token);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
