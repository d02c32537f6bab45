using System.Text;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Commands;

namespace StrategyHost.Host.Authoring;

/// <summary>
/// The command <c>new</c>: writes a strategy from the embedded template and a test beside it, and the typings that both refer to where the
/// folder has none. A file that exists is never touched: then nothing is written.
/// </summary>
internal sealed class NewHandler : ICommandHandler<NewArguments>
{
    private const int NameLengthMax = 40;
    private const string Typings = "strategyhost.d.ts";
    private const string TestTypings = "strategyhost-test.d.ts";

    public CommandOutcome Run(NewArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var name = Path.GetFileName(arguments.Name);
        name = name.EndsWith(".js", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        if (!IsName(name))
        {
            return CommandOutcome.Failed([Problem(null, arguments.Name, "bad_name",
                "a strategy's name is 1 to 40 letters, digits, _ or -, the first a letter, for example my_breakout")]);
        }

        var folder = FolderOf(arguments.Name);
        string[] files = [Path.Combine(folder, name + ".js"), Path.Combine(folder, name + ".test.js")];
        if (files.FirstOrDefault(Path.Exists) is { } present)
        {
            return CommandOutcome.Failed([Problem(present, name, "already_exists",
                "the file exists and is left as it is; choose another name, or move it away")]);
        }

        try
        {
            return Written(Write(folder, name, files));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return CommandOutcome.Failed([Problem(folder, name, "unwritable", $"the strategy cannot be written: {problem.Message}")]);
        }
    }

    /// <summary>A name with a folder says where; a bare one belongs to the project's strategies.</summary>
    private static string FolderOf(string name) =>
        Path.GetDirectoryName(name) is { Length: > 0 } said ? said : Directory.Exists("strategies") ? "strategies" : "";

    private static List<string> Write(string folder, string name, string[] files)
    {
        if (folder.Length > 0)
        {
            Directory.CreateDirectory(folder);
        }

        var written = new List<string>();
        foreach (var (file, template) in files.Zip((string[])["strategy.js", "strategy.test.js"]))
        {
            var text = Templates.Text(template).Replace("{{name}}", name, StringComparison.Ordinal)
                .Replace("{{path}}", files[0], StringComparison.Ordinal).Replace("{{test}}", files[1], StringComparison.Ordinal);
            Create(file, text);
            written.Add(file);
        }

        foreach (var typings in (string[])[Typings, TestTypings])
        {
            var file = Path.Combine(folder, typings);
            if (!File.Exists(file))
            {
                Create(file, Templates.Text(typings));
                written.Add(file);
            }
        }

        return written;
    }

    /// <summary>Never over a file that somebody made in the meantime.</summary>
    private static void Create(string file, string text)
    {
        using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    private static CommandOutcome Written(List<string> files) => new()
    {
        Json = writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("strategy", files[0]);
            writer.WriteStartArray("files");
            files.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
            writer.WriteEndObject();
        },
        Text = text =>
        {
            files.ForEach(f => text.Line("wrote " + f));
            text.Line();
            text.Line("Next:");
            text.Line("  strategyhost check " + files[0]);
            text.Line($"  strategyhost backtest {files[0]} --watch");
            text.Line("  strategyhost test " + files[1]);
        },
    };

    private static Error Problem(string? file, string value, string rule, string message) => new()
    {
        File = file,
        Field = "NAME",
        Value = value,
        Rule = rule,
        Message = message,
    };

    private static bool IsName(string name) => name.Length is > 0 and <= NameLengthMax && char.IsAsciiLetter(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
