using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Host.Tests.Situations;

/// <summary>
/// A story of one host on one exchange, a step a line; the same text runs in every world.
/// <code>
/// host starts [alert|protect|adopt]                 the world is at 60000 and flat before it
/// host dies                                         and says nothing any more; another may start
/// price 60600                                       the market goes there
/// strategy buy quantity=0.1 stop_loss_percent=1 take_profit=1%:50/2%:50 breakeven=after_percent:1
/// hand main buys 0.1 | closes 0.04                  a person, at market; "mirror" likewise
/// hand main rests sell 0.1 at 61200 [only to close] as TP1_x
/// hand main waits to sell 0.1 at 59000 [only to close] as x_SL
/// hand main cancels x | targets | stop orders       each of them
/// hand main resizes targets to 0.02
/// hand main sets the stop to 59000 | takes the stop away
/// mirror breaks, mirror is back                     its requests fail meanwhile
/// audits 3                                          so many comparisons go by
/// until main: long 0.1; stop -1%; targets 0.05@1% 0.05@2%; stop orders none
/// said main position_differs                        the host told a person
/// refused already_in                                what became of the last signal
/// </code>
/// Clauses of <c>until</c> are those of <see cref="Expectation"/>: what the exchange itself knows, of all of them at one look.
/// </summary>
internal sealed class Situation : IAsyncDisposable
{
    private readonly ISituationWorld _world;
    private SituationHost? _host;
    private int _hosts;
    private decimal _price = SituationMarket.StartPrice;

    private Situation(ISituationWorld world) => _world = world;

    public static async Task PlayAsync(string world, string text, bool isThin = false)
    {
        await using ISituationWorld made = world == "simulated" ? new SimulatedWorld(isThin) : await EmulatedWorld.StartAsync(isThin);
        await using var situation = new Situation(made);
        await made.PriceAsync(SituationMarket.StartPrice);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            await situation.StepAsync(line);
        }
    }

    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task StepAsync(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["host", "starts", .. var policy] => StartAsync(policy),
        ["host", "dies"] => EndAsync(),
        ["price", var to] => MoveAsync(Expectation.Decimal(to)),
        ["strategy", .. var signal] => SayAsync(line, signal),
        ["hand", var account, .. var act] => ActAsync(line, Of(account), act),
        [var account, "breaks"] => _world.BreakAsync(Of(account), isBroken: true),
        [var account, "is", "back"] => MendAsync(Of(account)),
        ["audits", var count] => AuditsAsync(line, int.Parse(count, CultureInfo.InvariantCulture)),
        ["until", var account, ..] => UntilAsync(line, Of(account.TrimEnd(':')), line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]),
        ["said", var account, var code] => UntilAsync(line, () => Host.Alerts.Any(a => a.StartsWith($"{account} {code}:", StringComparison.Ordinal))),
        ["refused", var code] => UntilAsync(line, () => Host.Outcomes.LastOrDefault()?.StartsWith(code, StringComparison.Ordinal) == true),
        _ => throw new FormatException($"no step '{line}'"),
    };

    private SituationHost Host => _host ?? throw new FormatException("the host has not started yet");

    private static AccountId Of(string account) => account switch
    {
        "main" => AccountId.Main,
        "mirror" => AccountId.Mirror,
        _ => throw new FormatException($"no account '{account}'"),
    };

    private async Task StartAsync(string[] policy)
    {
        var foreign = policy is [var word] ? Enum.Parse<ForeignPositions>(word, ignoreCase: true) : ForeignPositions.Alert;
        _host = new SituationHost(_world, foreign, $"T00{++_hosts}");
        await _host.StartAsync();
        await MoveAsync(_price); // so that it knows one
    }

    private async Task EndAsync()
    {
        await Host.DisposeAsync();
        _host = null;
        await _world.CloseAsync();
    }

    private async Task MendAsync(AccountId account)
    {
        await _world.BreakAsync(account, isBroken: false);
        await Host.ConnectedAsync(account);
    }

    private Task MoveAsync(decimal price) => _world.PriceAsync(_price = price);

    /// <summary>The strategy is asked at a trade; where the exchange is far away that trade may be lost on a host that is not up yet.</summary>
    private async Task SayAsync(string line, string[] signal)
    {
        var before = Host.Outcomes.Count;
        Host.Say(Signal(signal));
        await MoveAsync(_price);
        await UntilAsync(line, () => Host.Outcomes.Count > before);
    }

    private async Task ActAsync(string line, AccountId account, string[] act)
    {
        var truth = await _world.TruthAsync(account);
        foreach (var request in Hand.Requests(line, account, act, truth))
        {
            await _world.ByHandAsync(request);
        }
    }

    private Task UntilAsync(string line, AccountId account, string clauses) => _world.UntilAsync(async () =>
        Broken(line) ?? (Expectation.Check(clauses, await _world.TruthAsync(account)) is { } wrong ? Told(line, wrong) : null));

    /// <summary>By the host's own time: what was due by then has been done.</summary>
    private Task AuditsAsync(string line, int count)
    {
        var end = Host.LastAt.AddMs(count * _world.AuditMs);
        return UntilAsync(line, () => Host.LastAt >= end);
    }

    private Task UntilAsync(string line, Func<bool> isSo) =>
        _world.UntilAsync(() => Task.FromResult(Broken(line) ?? (isSo() ? null : Told(line, "not so"))));

    private string? Broken(string line)
    {
        Assert.True(_host?.Failure is null, $"{line}: {_host?.Failure}");
        return null;
    }

    private string Told(string line, string wrong) =>
        $"{line}\n{wrong}\n{string.Join('\n', _host?.Outcomes ?? [])}\n{string.Join('\n', _host?.Alerts ?? [])}";

    private static ScriptValue Signal(string[] words) => ScriptValue.Of(
        [KeyValuePair.Create("action", ScriptValue.Of(words[0])), .. words.Skip(1).Select(Field)]);

    private static KeyValuePair<string, ScriptValue> Field(string word)
    {
        var at = word.IndexOf('=', StringComparison.Ordinal);
        return KeyValuePair.Create(word[..at], Value(word[(at + 1)..]));
    }

    private static ScriptValue Value(string text)
    {
        if (text.Contains('%', StringComparison.Ordinal))
        {
            return ScriptValue.Of([.. text.Split('/').Select(rung => rung.Split("%:")).Select(r => ScriptValue.Of(
            [
                KeyValuePair.Create("percent", Value(r[0])), KeyValuePair.Create("share", Value(r[1])),
            ]))]);
        }

        return text.Split(':') switch
        {
            [var name, var value] => ScriptValue.Of([KeyValuePair.Create(name, Value(value))]),
            _ when text is "true" or "false" => ScriptValue.Of(text == "true"),
            _ => double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? ScriptValue.Of(number) : ScriptValue.Of(text),
        };
    }
}
