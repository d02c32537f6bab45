using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Live;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Doctor;

/// <summary>
/// <c>doctor</c>: looks at everything that a host needs and says of each whether it is well and what to do. 1. It changes nothing, sends no
/// order, and asks the exchange only for what it shows. 2. It works beside a running host and without one. 3. One check that fails keeps no
/// other from being made. The configuration has been read when it begins: what is wrong with it is listed instead.
/// </summary>
internal sealed class DoctorHandler(TimeProvider time, Func<string, string?> environment) : ICommandHandler<DoctorArguments>
{
    public CommandOutcome Run(DoctorArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var findings = LookAsync(arguments, context, cancellation).GetAwaiter().GetResult();
        var problems = findings.Count(f => f.Level == FindingLevel.Problem);
        var warnings = findings.Count(f => f.Level == FindingLevel.Warning);
        return new CommandOutcome
        {
            Code = problems > 0 ? ExitCode.BadInput : ExitCode.Ok,
            Json = writer => Write(writer, findings, problems, warnings),
            Text = output => Show(output, findings, problems, warnings),
        };
    }

    private async Task<IReadOnlyList<Finding>> LookAsync(DoctorArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var options = context.Options;
        var directory = Path.GetFullPath(arguments.DataDirectory ?? options.DataDirectory);
        var host = HostDirectory.Running(directory);
        var mode = options.EffectiveMode.ToString().ToLowerInvariant();
        var findings = new List<Finding>
        {
            Finding.Ok("configuration", $"{arguments.ConfigFile ?? "config/simulated.json (embedded)"}: mode {mode}, "
                + $"{options.Strategies.Count} strategies, mirror {(options.Mirror.Enabled ? "on" : "off")}"),
        };
        findings.AddRange(DirectoryChecks.Look(directory, host));
        findings.AddRange(JournalChecks.Look(directory, cancellation));
        findings.AddRange(MachineChecks.Look(options));
        findings.AddRange(await HostChecks.LookAsync(host, cancellation));
        findings.AddRange(await new ExchangeChecks(options, environment, time).LookAsync(cancellation));
        findings.AddRange(await new AlertChecks(options, environment, time).LookAsync(arguments.SendsTest, cancellation));
        return findings;
    }

    private static void Show(TextOutput output, IReadOnlyList<Finding> findings, int problems, int warnings)
    {
        foreach (var finding in findings)
        {
            var level = finding.Level.ToString().ToLowerInvariant();
            output.Line($"{level,-8} {finding.Check}: {finding.Text}");
            if (finding.Action is { } action)
            {
                output.Line($"         -> {action}");
            }
        }

        output.Line($"{problems} problems, {warnings} warnings");
    }

    private void Write(Utf8JsonWriter writer, IReadOnlyList<Finding> findings, int problems, int warnings)
    {
        writer.WriteStartObject();
        writer.WriteString("time", new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds()).ToString());
        writer.WriteNumber("problems", problems);
        writer.WriteNumber("warnings", warnings);
        writer.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("check", finding.Check);
            writer.WriteString("level", finding.Level.ToString().ToLowerInvariant());
            writer.WriteString("text", finding.Text);
            writer.WriteString("action", finding.Action);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
