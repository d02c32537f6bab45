using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Doctor;

internal enum FindingLevel { Ok, Warning, Problem }

/// <summary>One line of <c>doctor</c>.</summary>
/// <param name="Check">What was looked at, such as <c>clock</c>; stable.</param>
/// <param name="Level">How it is.</param>
/// <param name="Text">What was found.</param>
/// <param name="Action">What to do; null: nothing.</param>
internal sealed record Finding(string Check, FindingLevel Level, string Text, string? Action = null)
{
    public static Finding Ok(string check, string text) => new(check, FindingLevel.Ok, text);

    public static Finding Warning(string check, string text, string action) => new(check, FindingLevel.Warning, text, action);

    public static Finding Problem(string check, string text, string action) => new(check, FindingLevel.Problem, text, action);

    /// <summary>An error's message says what to do itself.</summary>
    public static Finding Of(string check, Error error) => new(check, FindingLevel.Problem, error.Message);
}
