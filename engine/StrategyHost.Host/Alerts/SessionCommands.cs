using StrategyHost.Core.Domain;
using StrategyHost.Core.Risk;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Live;
using StrategyHost.Host.Operating;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Alerts;

/// <summary>The commands of chats on a running session. Both accounts stand apart in every answer.</summary>
internal sealed class SessionCommands(LiveSession session, TimeProvider time) : IChatCommands
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
        StrategyId? strategy = null;
        Symbol? symbol = null;
        Timestamp? until = null;
        var symbols = (await HaltRequest.SymbolsAsync(session)).Select(s => s.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var word in command.Arguments)
        {
            if (word is "main" or "mirror")
            {
                account = new AccountId(word);
            }
            else if (session.Strategies.Any(s => s.Strategy.Name == word))
            {
                strategy = new StrategyId(word);
            }
            else if (symbols.TryGetValue(word, out var traded))
            {
                symbol = new Symbol(traded);
            }
            else if (ChatUntil.Read(word, session.Loop.LastAt) is { } end)
            {
                until = end;
            }
            else
            {
                return $"/{command.Name}: not done, '{word}' is no account, strategy or symbol of this host, and no time.\n{ChatText.Help}";
            }
        }

        var order = command.Name == ChatCommand.Halt ? HaltOrder.Halt : HaltOrder.Resume;
        var asked = new HaltRequest(order, account, new HaltScope(strategy, symbol), until, by);
        return await asked.ObjectionAsync(session) is { } objection
            ? $"/{command.Name}: not done, {objection}"
            : string.Join('\n', HaltText.Lines(await SessionHalts.HaltAsync(session, asked, time), order));
    }
}
