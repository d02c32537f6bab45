using StrategyHost.Core.Domain;
using StrategyHost.Host.Live;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Alerts;

/// <summary>Switches entries off and on in a running session, for who is allowed to; tells what was done, one line per account.</summary>
internal interface IEntrySwitch
{
    /// <param name="asked">Which entries.</param>
    /// <param name="isOn">True: entries again; false: none.</param>
    /// <param name="by">Who wants it, for the journal.</param>
    Task<IReadOnlyList<string>> SwitchAsync(EntriesAsked asked, bool isOn, string by);
}

/// <summary>Null: every account, every symbol.</summary>
internal sealed record EntriesAsked(AccountId? Account, Symbol? Symbol);

/// <summary>The commands of chats on a running session. Both accounts stand apart in every answer.</summary>
internal sealed class SessionCommands(LiveSession session, IEntrySwitch entries, TimeProvider time) : IChatCommands
{
    private static readonly TimeSpan AnswerWait = TimeSpan.FromSeconds(10);

    public async Task<string> RunAsync(ChatCommand command, string by, CancellationToken cancellation)
    {
        try
        {
            return await AnswerAsync(command, by).WaitAsync(AnswerWait, time, cancellation);
        }
        catch (TimeoutException)
        {
            return $"/{command.Name}: the engine has not answered within {AnswerWait.TotalSeconds:0} s. Look at the host.";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"/{command.Name}: not done, the host is stopping.";
        }
    }

    private async Task<string> AnswerAsync(ChatCommand command, string by) => command.Name switch
    {
        "status" => ChatText.Status(await SessionViews.StatusAsync(session)),
        "positions" => ChatText.Positions(await SessionViews.PositionsAsync(session)),
        "verify" => ChatText.Verify(await SessionViews.VerifyAsync(session)),
        ChatCommand.Halt or ChatCommand.Resume => await SwitchAsync(command, by),
        _ => ChatText.Help,
    };

    private async Task<string> SwitchAsync(ChatCommand command, string by)
    {
        AccountId? account = null;
        Symbol? symbol = null;
        foreach (var word in command.Arguments)
        {
            if (word is "main" or "mirror" && account is null)
            {
                account = new AccountId(word);
            }
            else if (symbol is null && session.Strategies.SelectMany(s => s.Symbols).Any(s => s.Name == word.ToUpperInvariant()))
            {
                symbol = new Symbol(word.ToUpperInvariant());
            }
            else
            {
                return $"/{command.Name}: not done, '{word}' is neither main, mirror nor a symbol that is traded here.\n{ChatText.Help}";
            }
        }

        return string.Join('\n', await entries.SwitchAsync(new EntriesAsked(account, symbol), command.Name == ChatCommand.Resume, by));
    }
}
