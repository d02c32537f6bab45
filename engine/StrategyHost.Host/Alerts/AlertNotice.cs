using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Alerts;

/// <summary>
/// What a person is told: about an account, or about the host itself (<see cref="HostName"/>). Code is stable and what routes go by; the
/// text has money and names and never a secret.
/// </summary>
internal sealed record AlertNotice(string Account, string Code, string Text, Timestamp At)
{
    /// <summary>Whose a notice is that belongs to no account.</summary>
    public const string HostName = "host";

    /// <summary>Ends the code of a notice that says that another is over: <c>uncovered_over</c>.</summary>
    public const string Over = "_over";

    /// <summary>Null: the notice is not about one symbol.</summary>
    public string? Symbol { get; init; }

    /// <summary>Money is at risk: such a notice goes before others and is never dropped without an error in the log.</summary>
    public bool AtRisk { get; init; }

    /// <summary>Notices of one key within a while are one message with a count.</summary>
    public (string Account, string Code, string? Symbol) Key => (Account, Code, Symbol);
}

/// <summary>A message as it leaves the host: the newest of the notices it stands for, and how many they are.</summary>
/// <param name="Newest">What is shown.</param>
/// <param name="Count">Notices of the same key; at least 1.</param>
/// <param name="First">When the first of them came.</param>
/// <param name="LeftOut">Other notices of this route that were dropped since its last message, because it was full or failed.</param>
internal sealed record AlertMessage(AlertNotice Newest, int Count, Timestamp First, int LeftOut)
{
    private const int CharactersMax = 3500;

    /// <summary>For people: what and how often, cut where it is longer than chats take.</summary>
    public string Text
    {
        get
        {
            var times = Count > 1 ? $" ({Count} times since {First})" : "";
            var more = LeftOut > 0 ? $" (+{LeftOut} other alerts were left out, see the log)" : "";
            var text = Newest.Text.Length > CharactersMax ? Newest.Text[..CharactersMax] + "…" : Newest.Text;
            return $"{(Newest.AtRisk ? "MONEY AT RISK " : "")}{Newest.Account} {Newest.Code}: {text}{times}{more}";
        }
    }
}
