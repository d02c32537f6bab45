using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Emulator;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Instruments;
using StrategyHost.Storage.Ticks;

namespace StrategyHost.Host.Emulate;

/// <summary>
/// The command <c>emulate</c>: serves until a signal, then stops and ends with 0. A port that is taken and data that cannot be read give
/// one clear error each.
/// </summary>
internal sealed class EmulateHandler : ICommandHandler<EmulateArguments>
{
    private static readonly string[] Symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];

    public CommandOutcome Run(EmulateArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        MarketTape? tape = null;
        if (arguments.Tape is { } path)
        {
            var loaded = MarketTapeLoader.Load([path], TapeFilter.All, new LoadProgress(context.Progress, cancellation));
            if (!loaded.IsOk)
            {
                return CommandOutcome.Failed(loaded.Errors);
            }

            tape = loaded.Value;
        }

        var options = new EmulatorOptions
        {
            Port = arguments.Port,
            Limits = arguments.Limits,
            Instruments = Instruments(context, tape),
            Market = new EmulatedMarketOptions
            {
                Seed = arguments.Seed,
                Tape = tape,
                Speed = arguments.Speed,
            },
        };
        try
        {
            // The command's own thread; nothing else of this process waits for it.
            ServeAsync(options, context, cancellation).GetAwaiter().GetResult();
        }
        catch (IOException taken)
        {
            return CommandOutcome.Failed([PortTaken(arguments.Port, taken)]);
        }

        return new CommandOutcome
        {
            IsTold = true,
            Notes = ["stopped"],
        };
    }

    private static async Task ServeAsync(EmulatorOptions options, CommandContext context, CancellationToken cancellation)
    {
        await using var server = await EmulatorServer.StartAsync(options, TimeProvider.System, CancellationToken.None);
        context.Ready(server.BaseAddress);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellation.Register(stopped.SetResult);
        await stopped.Task;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await server.StopAsync(patience.Token);
    }

    /// <summary>The three usual ones, and what a tape brings besides.</summary>
    private static IReadOnlyList<Instrument> Instruments(CommandContext context, MarketTape? tape) =>
    [
        .. Symbols.Select(s => new Symbol(s)).Concat(tape?.Symbols.Select(s => s.Symbol) ?? []).Distinct().Select(symbol =>
        {
            var recorded = tape?.Symbols.FirstOrDefault(s => s.Symbol == symbol);
            var chosen = InstrumentChooser.Choose(
                null, context.Options.Of(symbol), recorded is null ? null : TapeDecimals.Of(recorded));
            return chosen.Value.Instrument; // a known symbol, or one with data
        }),
    ];

    private static Error PortTaken(int port, IOException taken) => new()
    {
        Field = "--port",
        Value = port.ToString(CultureInfo.InvariantCulture),
        Rule = "port_taken",
        Message = $"port {port} cannot be opened ({taken.Message}); stop what uses it, or choose another with --port (0: a free one).",
    };
}
