using System.Globalization;
using Serilog;

namespace StrategyHost.Host.Alerts;

/// <summary>
/// Takes commands from chats by long polling. 1. Only chats of the configuration are heard; others get no answer and are logged once.
/// 2. Each update is taken once. 3. What was sent before this host started is never carried out, by Telegram's own clock; what comes late
/// (Telegram was not reachable, or this machine slept) is not either, except a halt. 4. Nothing here is waited for by the engine. 5. What
/// nobody expected ends one round, and never the listening.
/// </summary>
internal sealed class TelegramCommands : IAsyncDisposable
{
    private const int WaitSeconds = 25;
    private const int RememberedMax = 1000;
    private const int StrangersMax = 100;

    /// <summary>After that a command may no longer be what its sender wants.</summary>
    private const long AgeSecondsMax = 120;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(WaitSeconds + 10);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(1);

    private readonly TelegramClient _client;
    private readonly IReadOnlyList<long> _chats;
    private readonly IChatCommands _commands;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly CancellationTokenSource _end = new();
    private readonly HashSet<long> _taken = [];
    private readonly Queue<long> _takenInOrder = new();
    private readonly HashSet<long> _strangers = [];
    private readonly Task _work;
    private long? _next;
    private double? _startSeconds;
    private TelegramTime? _clock;
    private string _bot = "";
    private bool _isFailing;

    public TelegramCommands(
        TelegramClient client, IReadOnlyList<long> chats, IChatCommands commands, ILogger log, TimeProvider time)
    {
        (_client, _chats, _commands, _log, _time, _start) = (client, chats, commands, log, time, time.GetTimestamp());
        _work = Task.Run(RunAsync);
        _ = _work.ContinueWith(
            t => _log.Error(t.Exception, "commands from Telegram are no longer taken, because of a bug"), CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAny(_work);
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            var pause = TimeSpan.FromSeconds(1);
            while (true)
            {
                if (await TryRoundAsync() is not { } problem)
                {
                    (pause, _isFailing) = (TimeSpan.FromSeconds(1), false);
                    continue;
                }

                if (!_isFailing)
                {
                    _log.Warning("no commands from Telegram, which is tried again and not said again: {Why}", problem.Why);
                }

                _isFailing = true;
                await Task.Delay(problem.After is { } after && after > pause && after < PauseMax ? after : pause, _time, _end.Token);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The host ends.
        }
    }

    private async Task<Delivery?> TryRoundAsync()
    {
        try
        {
            return await RoundAsync();
        }
#pragma warning disable CA1031 // Whoever can halt from afar must not lose that for good because of one odd answer.
        catch (Exception bug) when (bug is not OperationCanceledException || !_end.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return Unexpected.Delivery(bug);
        }
    }

    /// <summary>One poll and what it brought; a failure is given back.</summary>
    private async Task<Delivery?> RoundAsync()
    {
        if (_bot.Length == 0)
        {
            var (known, name) = await InTimeAsync(_client.NameAsync, Patience, d => (d, ""));
            if (known.Kind != DeliveryKind.Done)
            {
                return known;
            }

            _bot = name;
        }

        var asked = _time.GetElapsedTime(_start).TotalSeconds;
        var wait = _startSeconds is null ? 0 : WaitSeconds; // the first answer tells the time, and should come at once
        var (delivery, poll) = await InTimeAsync(t => _client.PollAsync(_next, wait, t), Patience, d => (d, new TelegramPoll([], null)));
        if (delivery.Kind != DeliveryKind.Done)
        {
            return delivery;
        }

        // Telegram's seconds are whole: the bound is the latest moment at which this host may have started.
        _clock = TelegramTime.Of(poll.ServerSeconds, _time.GetUtcNow(), _clock);
        _startSeconds ??= _clock.Server + 1 - asked;
        var isNew = poll.Updates.Count == 0;
        foreach (var update in poll.Updates)
        {
            _next = Math.Max(_next ?? 0, update.Id + 1);
            isNew |= Remember(update.Id) && await TakeAsync(update);
        }

        return isNew ? null : new Delivery(DeliveryKind.Later, "it has sent again what was confirmed");
    }

    private async Task<bool> TakeAsync(TelegramUpdate update)
    {
        if (!_chats.Contains(update.Chat))
        {
            if (update.Chat != 0 && _strangers.Count < StrangersMax && _strangers.Add(update.Chat))
            {
                _log.Warning("Telegram's chat {Chat} is not in alerts.telegram.chatIds: it gets no answer, now or later", update.Chat);
            }

            return true;
        }

        if (ChatCommand.Parse(update.Text, _bot) is { } command)
        {
            await AnswerAsync(update.Chat, await RunAsync(command, update));
        }

        return true;
    }

    private async Task<string> RunAsync(ChatCommand command, TelegramUpdate update)
    {
        var sent = DateTimeOffset.FromUnixTimeSeconds(update.SentAt).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (update.SentAt < _startSeconds)
        {
            _log.Information("{Command} of {Time} is older than this run and is not carried out", command.Name, sent);
            return $"/{command.Name} of {sent} was sent before this host started: not done. Send it again if you still mean it.";
        }

        if (_clock!.At(_time.GetUtcNow()) - update.SentAt > AgeSecondsMax && command.Name != ChatCommand.Halt) // set by the poll
        {
            _log.Warning("{Command} of {Time} came late and is not carried out", command.Name, sent);
            return $"/{command.Name} of {sent} arrived only now: not done. Send it again if you still mean it.";
        }

        _log.Information("{Command} {Arguments} from Telegram's chat {Chat}", command.Name, command.Arguments, update.Chat);
        try
        {
            return await _commands.RunAsync(command, $"telegram {update.Chat}", _end.Token);
        }
#pragma warning disable CA1031 // Who asked must hear that it was not done, whatever the reason.
        catch (Exception bug) when (bug is not OperationCanceledException)
#pragma warning restore CA1031
        {
            _log.Error("{Command} of Telegram's chat {Chat} was not carried out: {Why}", command.Name, update.Chat, Unexpected.Text(bug));
            return $"/{command.Name}: NOT DONE, the host has a bug, see its log. Use the command line.";
        }
    }

    private async Task AnswerAsync(long chat, string text)
    {
        var delivery = await InTimeAsync(t => _client.SendAsync(chat, ChatText.Cut(text), t), AnswerPatience, d => d);
        if (delivery.Kind != DeliveryKind.Done)
        {
            _log.Warning("the answer to Telegram's chat {Chat} was not taken: {Why}", chat, delivery.Why);
        }
    }

    private async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> ask, TimeSpan patience, Func<Delivery, T> failed)
    {
        using var over = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, _end.Token);
        try
        {
            return await ask(either.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !_end.IsCancellationRequested)
        {
            return failed(new Delivery(DeliveryKind.Later, $"no answer within {patience.TotalSeconds:0} s"));
        }
    }

    private bool Remember(long id)
    {
        if (!_taken.Add(id))
        {
            return false;
        }

        _takenInOrder.Enqueue(id);
        if (_takenInOrder.Count > RememberedMax)
        {
            _taken.Remove(_takenInOrder.Dequeue());
        }

        return true;
    }
}
