using System.Globalization;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;
using StrategyHost.Host.Authoring.Lookahead;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Terminal;
using StrategyHost.Scripting;
using StrategyHost.Simulation.Backtest;

namespace StrategyHost.Host.Backtests;

/// <summary>
/// The command <c>check</c>: parse, settings, dry-run on the sample tape, and the protection that would apply with where it comes from. A
/// signal that the parser refuses is a problem of the script; one that the market or the risk rules refuse is only counted.
/// </summary>
internal sealed class CheckHandler : ICommandHandler<CheckArguments>
{
    public CommandOutcome Run(CheckArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var engine = ScriptEngines.Choose(EngineNames.Of(arguments.Engine));
        if (!engine.IsOk)
        {
            return CommandOutcome.Failed(engine.Errors);
        }

        var checks = new List<StrategyCheck>();
        foreach (var file in arguments.Strategies)
        {
            var backtest = new BacktestArguments
            {
                Strategies = [file],
                Engine = arguments.Engine,
                Data = arguments.Data,
                Symbol = arguments.Symbol,
            };
            var progress = new ProofProgress(context.Progress);
            var watched = arguments.Lookahead ? context with { Progress = progress } : context;
            var session = new BacktestSession(
                engine.Value.Engine, backtest, watched, new TapeSource(backtest, context.Progress, cancellation), cancellation);
            checks.Add(Check(file, arguments, session, progress, context.Options));
        }

        var errors = checks.SelectMany(c => c.Problems).ToArray();
        return new CommandOutcome
        {
            Code = errors.Length > 0 ? ExitCode.BadInput : ExitCode.Ok,
            Errors = errors,
            Notes = [engine.Value.Why],
            Json = writer => Write(writer, checks),
            Text = text => checks.ForEach(c => Show(text, c)),
        };
    }

    private static StrategyCheck Check(
        string file, CheckArguments arguments, BacktestSession session, ProofProgress progress, HostOptions options)
    {
        var plan = new LookaheadPlan((int)(arguments.Cuts ?? LookaheadPlan.CutsDefault), arguments.Seed ?? 1);
        var (result, proof) = arguments.Lookahead
            ? new LookaheadProof(session, plan) { Progress = progress }.Run(file) : (session.Run([file]), null);
        var problems = new List<Error>(result.Errors);
        if (result.IsOk)
        {
            problems.AddRange(StrategyProblems.Of(result.Value, file));
        }

        problems.AddRange(proof is null ? [] : LookaheadProof.Errors(proof));

        var protections = session.Loaded.SelectMany(s => s.Symbols.Select(symbol => ProtectionOf(s.Settings.Protection, symbol, options)))
            .ToArray();
        return new StrategyCheck(file, session.Loaded, protections, result.IsOk ? result.Value : null, proof, problems);
    }

    /// <summary>What a signal that says nothing gets, kind by kind, and which level said it.</summary>
    private static SymbolProtection ProtectionOf(ProtectionSpec settings, Symbol symbol, HostOptions options)
    {
        var configured = options.Of(symbol).Protection;
        return new SymbolProtection(symbol,
        [
            Row("stop", settings.Stop, configured.Stop, l => Text(l)),
            Row(
                "target", settings.Target, configured.Target,
                t => string.Join(", ", t.Rungs.Select(r => $"{Text(r.Level)} for {Number(r.SharePercent)} %"))),
            Row(
                "trail", settings.Trail, configured.Trail,
                t => t.Percent is { } percent ? $"{Number(percent)} %" : $"{Number(t.Amount ?? 0)} in quote units"),
            Row(
                "breakeven", settings.Breakeven, configured.Breakeven,
                b => b.AfterPercent is { } percent ? $"after {Number(percent)} %" : $"after target {b.AfterTarget}"),
        ]);
    }

    private static ProtectionRow Row<T>(string kind, Said<T> settings, Said<T> configured, Func<T, string> text)
        where T : class
    {
        var from = settings.IsSaid ? "settings()" : configured.IsSaid ? "configuration" : "nowhere";
        return new ProtectionRow(kind, settings.Or(configured).Value is { } value ? text(value) : "none", from);
    }

    private static string Text(Level level) => level.Kind switch
    {
        LevelKind.Price => "at " + Number(level.Value),
        LevelKind.Percent => Number(level.Value) + " %",
        LevelKind.Atr => Number(level.Value) + " × ATR(14)",
    };

    private static string Number(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter writer, List<StrategyCheck> checks)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("strategies");
        foreach (var check in checks)
        {
            Write(writer, check);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("errors");
        foreach (var error in checks.SelectMany(c => c.Problems))
        {
            ErrorDocument.WriteError(writer, error);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StrategyCheck check)
    {
        writer.WriteStartObject();
        writer.WriteString("file", check.File);
        writer.WriteBoolean("ok", check.Problems.Count == 0);
        writer.WriteStartArray("protection");
        foreach (var symbol in check.Protections)
        {
            foreach (var row in symbol.Rows)
            {
                writer.WriteStartObject();
                writer.WriteString("symbol", symbol.Symbol.Name);
                writer.WriteString("kind", row.Kind);
                writer.WriteString("value", row.Value);
                writer.WriteString("from", row.From);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
        if (check.DryRun is { } run)
        {
            writer.WriteStartObject("dryRun");
            writer.WriteNumber("events", run.Data.Events);
            writer.WriteNumber("accepted", run.Signals.Accepted);
            writer.WriteStartObject("refused");
            foreach (var (code, count) in run.Signals.Refused.OrderBy(r => r.Key, StringComparer.Ordinal))
            {
                writer.WriteNumber(code, count);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        if (check.Proof is { } proof)
        {
            LookaheadView.Write(writer, proof);
        }

        writer.WriteEndObject();
    }

    private static void Show(TextOutput text, StrategyCheck check)
    {
        foreach (var strategy in check.Strategies)
        {
            text.Pairs(check.File,
            [
                KeyValuePair.Create("symbols", string.Join(", ", strategy.Symbols)),
                KeyValuePair.Create("interval", string.Join(", ", strategy.Settings.Intervals.Prepend(strategy.Settings.Interval))),
                KeyValuePair.Create("callbacks", string.Join(", ", CallbackNames.Of(strategy.Callbacks))),
                KeyValuePair.Create("parameters", string.Join(", ", strategy.Settings.Parameters.Select(p => $"{p.Name}={p.Default}"))),
            ]);
        }

        foreach (var symbol in check.Protections)
        {
            text.Table(new TableBlock(
                $"Protection of {symbol.Symbol}, where a signal says nothing", [new("kind"), new("value"), new("from")],
                [.. symbol.Rows.Select(r => new[] { r.Kind, r.Value, r.From })]));
        }

        if (check.DryRun is { } run)
        {
            var refused = RefusedSignals.Text(run);
            var others = refused.Length == 0 ? "" : ", refused: " + refused;
            var data = run.Data.IsSynthetic ? "synthetic data" : $"{run.Data.Events} events";
            text.Line($"Dry run on {data}: {run.Signals.Accepted} signals accepted{others}, {run.Trades.Count} trades.");
            foreach (var hint in RefusedSignals.Hints(run))
            {
                text.Line(hint);
            }
        }

        if (check.Proof is { } proof)
        {
            LookaheadView.Show(text, proof);
        }

        text.Line(check.Problems.Count == 0 ? "No problem found." : $"{check.Problems.Count} problem(s).");
    }

    private sealed record ProtectionRow(string Kind, string Value, string From);

    private sealed record SymbolProtection(Symbol Symbol, IReadOnlyList<ProtectionRow> Rows);

    private sealed record StrategyCheck(
        string File, IReadOnlyList<StrategyInfo> Strategies, IReadOnlyList<SymbolProtection> Protections, BacktestResult? DryRun,
        LookaheadFindings? Proof, IReadOnlyList<Error> Problems);
}
