using System.Diagnostics;
using System.Net.Http.Json;

namespace StrategyHost.Benchmarks.Latency;

/// <summary>The command <c>emulate</c> as a process of its own, so that its work is not counted as ours. Its market stands still.</summary>
internal sealed class EmulatorProcess : IAsyncDisposable
{
    private const string ReadyWord = "ready ";
    private readonly Process _process;
    private readonly HttpClient _control;

    private EmulatorProcess(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        _control = new HttpClient { BaseAddress = address };
    }

    public Uri Address { get; }

    public static async Task<EmulatorProcess> StartAsync()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "strategyhost.dll");
        var start = new ProcessStartInfo("dotnet", [program, "emulate", "--port", "0"]) { RedirectStandardOutput = true };
        var process = Process.Start(start)!; // a process of its own is always started without the shell
        var line = await process.StandardOutput.ReadLineAsync() ?? "";
        if (!line.StartsWith(ReadyWord, StringComparison.Ordinal))
        {
            throw new MissingPartException("the emulator did not start: " + line);
        }

        var emulator = new EmulatorProcess(process, new Uri(line[ReadyWord.Length..]));
        await emulator.ControlAsync("emulator/market", new { paused = true });
        return emulator;
    }

    /// <summary>One trade of BTCUSDT at this price.</summary>
    public Task TradeAsync(decimal price) => ControlAsync("emulator/price", new { symbol = "BTCUSDT", price });

    private async Task ControlAsync(string path, object body)
    {
        using var answer = await _control.PostAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
