using System.Diagnostics;
using System.Threading.Channels;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Live;

/// <summary>The built host as a process of its own, with its outputs as lines that a test can wait for.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    /// <summary>
    /// The host compiles each method in full before its first use, for the sake of backtests; a process that lives for a second has no use
    /// for that, and the tests start hundreds.
    /// </summary>
    private static readonly KeyValuePair<string, string>[] Surroundings = [new("NO_COLOR", "1"), new("DOTNET_TC_QuickJit", "1")];
    private readonly Process _process;
    private readonly Channel<string> _out = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _error = Channel.CreateUnbounded<string>();

    private HostProcess(Process process)
    {
        _process = process;
        _ = PumpAsync(process.StandardOutput, _out.Writer);
        _ = PumpAsync(process.StandardError, _error.Writer);
    }

    public static HostProcess Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    public static HostProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(BuiltProgram.Start("strategyhost", arguments, [.. Surroundings, .. environment]));

    /// <summary>As the other, started by another program that makes way for it: the id stays.</summary>
    public static HostProcess StartWithin(string[] outer, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(BuiltProgram.Start("strategyhost", arguments, outer, [.. Surroundings, .. environment]));

    public int ProcessId => _process.Id;

    /// <summary>Runs a bounded command to its end.</summary>
    public static Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) =>
        RunAsync(new Dictionary<string, string>(), arguments);

    public static async Task<(int Code, string Out, string Error)> RunAsync(
        IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        await using var host = Start(environment, arguments);
        var code = await host.EndAsync();
        return (code, string.Join('\n', await host._out.Reader.ReadAllAsync().ToListAsync()),
            string.Join('\n', await host._error.Reader.ReadAllAsync().ToListAsync()));
    }

    /// <summary>The address that the ready line names.</summary>
    public async Task<Uri> ReadyAsync()
    {
        var line = await LineAsync(_out, "ready ");
        return new Uri(line["ready ".Length..]);
    }

    /// <summary>The next line of the log that contains the text.</summary>
    public Task<string> LogAsync(string text) => LineAsync(_error, text);

    /// <summary>Waits until the log has had a line with each of the texts, in whatever order.</summary>
    public async Task LogAllAsync(params string[] texts)
    {
        using var patience = new CancellationTokenSource(Patience);
        var missing = texts.ToList();
        var seen = new Queue<string>();
        try
        {
            while (missing.Count > 0)
            {
                var line = await _error.Reader.ReadAsync(patience.Token);
                missing.RemoveAll(t => line.Contains(t, StringComparison.Ordinal));
                seen.Enqueue(line);
            }
        }
        catch (Exception waited) when (waited is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"the host did not say '{missing[0]}', but\n{string.Join('\n', seen.Take(15).Concat(seen.Skip(15).TakeLast(15)))}");
        }
    }

    /// <summary>The last lines of the log so far that nobody has waited for.</summary>
    public IReadOnlyList<string> LogSoFar()
    {
        var lines = new List<string>();
        while (_error.Reader.TryRead(out var line))
        {
            lines.Add(line);
        }

        return [.. lines.TakeLast(80)];
    }

    /// <summary>Lines of stdout that nobody has waited for; after the end only.</summary>
    public async Task<IReadOnlyList<string>> RestAsync() => await _out.Reader.ReadAllAsync().ToListAsync();

    public async Task<int> StopAsync(string signal = "TERM")
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {_process.Id}"]);
        await kill.WaitForExitAsync();
        return await EndAsync();
    }

    /// <summary>SIGKILL, now: nothing of the process runs any more when this returns.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task<string> LineAsync(Channel<string> lines, string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var line in lines.Reader.ReadAllAsync(patience.Token))
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException(
            $"the host ended with {await EndAsync()} before it said '{text}':\n{string.Join('\n', LogSoFar())}");
    }

    private static async Task PumpAsync(StreamReader from, ChannelWriter<string> to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            to.TryWrite(line);
        }

        to.Complete();
    }
}
