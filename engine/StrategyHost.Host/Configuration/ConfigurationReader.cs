using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Configuration;

/// <summary>
/// File and environment into <see cref="HostOptions"/>, or every problem at once: syntax, then keys and values, then rules between keys.
/// Nothing is started before this has succeeded (contracts §1, exit code 2).
/// </summary>
internal static class ConfigurationReader
{
    /// <summary>Bytes of a configuration file beyond which it is taken for a mistake.</summary>
    private const long FileBytesMax = 4 * 1024 * 1024;

    private const string EmbeddedName = "config/simulated.json (embedded)";

    /// <summary>Without a path: the embedded <c>config/simulated.json</c>.</summary>
    public static Result<HostOptions> Read(string? path, IReadOnlyDictionary<string, string> environment)
    {
        if (path is null)
        {
            return WithOrderIds(path, ReadText(EmbeddedName, EmbeddedText(), environment));
        }

        try
        {
            return new FileInfo(path).Length > FileBytesMax
                ? Unreadable(path, $"is larger than {FileBytesMax} bytes, so it is no configuration")
                : WithOrderIds(path, ReadText(path, File.ReadAllText(path), environment));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Unreadable(path, problem is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : "cannot be read");
        }
    }

    private static Result<HostOptions> WithOrderIds(string? path, Result<HostOptions> read)
    {
        var ids = OrderIdTable.Read(path);
        return read.IsOk && ids.IsOk
            ? read.Value with { OrderIds = ids.Value }
            : Result<HostOptions>.Failed([.. read.Errors, .. ids.Errors]);
    }

    public static Result<HostOptions> ReadText(string file, string text, IReadOnlyDictionary<string, string> environment)
    {
        var parsed = ConfigParser.Parse(file, text);
        if (!parsed.IsOk)
        {
            return Result<HostOptions>.Failed(parsed.Errors);
        }

        var errors = new List<Error>();
        var root = parsed.Value.Kind == ConfigKind.Object ? EnvironmentOverrides.Apply(parsed.Value, environment, errors) : parsed.Value;
        errors.AddRange(ConfigChecker.Check(OptionTable.Root, root));
        if (errors.Count > 0)
        {
            return Result<HostOptions>.Failed(errors);
        }

        var options = ConfigurationBinder.Bind(new Section(OptionTable.Root, root, "", errors));
        return errors.Count == 0 ? options : Result<HostOptions>.Failed(errors);
    }

    /// <summary>The default configuration as text, comments included.</summary>
    public static string EmbeddedText()
    {
        using var stream = typeof(ConfigurationReader).Assembly.GetManifestResourceStream("simulated.json")
            ?? throw new InvalidOperationException("simulated.json is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static Error Unreadable(string path, string why) => new()
    {
        File = path,
        Field = "--config",
        Value = path,
        Rule = "unreadable_file",
        Message = $"The configuration {why}. Name an existing file; config/simulated.json is an example.",
    };
}
