namespace StrategyHost.Host.Alerts;

/// <summary>A command of a chat, such as <c>/halt main BTCUSDT</c>: its name in lower case, no slash, and the words after it.</summary>
internal sealed record ChatCommand(string Name, IReadOnlyList<string> Arguments)
{
    public const string Halt = "halt";
    public const string Resume = "resume";
    private const int ArgumentsMax = 8;

    /// <summary>Null: no command, or one for another bot of the group (<c>/halt@other</c>).</summary>
    public static ChatCommand? Parse(string text, string bot)
    {
        var words = text.Split(' ', ArgumentsMax, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0 || words[0].Length < 2 || words[0][0] != '/')
        {
            return null;
        }

        var name = words[0][1..].Split('@', 2);
        return name.Length == 2 && !name[1].Equals(bot, StringComparison.OrdinalIgnoreCase)
            ? null : new ChatCommand(name[0].ToLowerInvariant(), words[1..]);
    }
}

/// <summary>Carries a command out and says what was done. It answers in any case, within a limited time.</summary>
internal interface IChatCommands
{
    /// <param name="command">What is wanted.</param>
    /// <param name="by">Who wants it, for the journal.</param>
    /// <param name="cancellation">The host ends.</param>
    Task<string> RunAsync(ChatCommand command, string by, CancellationToken cancellation);
}
