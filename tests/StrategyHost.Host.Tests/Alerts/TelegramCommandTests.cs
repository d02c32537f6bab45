using System.Collections.Concurrent;
using StrategyHost.Host.Alerts;
using StrategyHost.Host.Tests.Live;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Alerts;

/// <summary>Commands of chats over a real socket: who may, what is too old, what is taken twice.</summary>
public sealed class TelegramCommandTests : IAsyncLifetime
{
    private const long Friend = 77;
    private const long Now = ManualTime.StartMs / 1000;
    private readonly ManualTime _time = new();
    private readonly LogLines _log = new();
    private readonly Asked _asked = new();
    private AlertStub _stub = null!; // by InitializeAsync
    private TelegramClient _client = null!;

    public async Task InitializeAsync()
    {
        _stub = await AlertStub.StartAsync();
        _stub.TelegramSeconds = Now;
        _client = new TelegramClient(_stub.Address, AlertStub.Token, _time);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _stub.DisposeAsync();
    }

    private TelegramCommands Start(TelegramClient? client = null) => new(client ?? _client, [Friend, -100], _asked, _log.Logger, _time);

    [Fact]
    public async Task Command_of_an_allowed_chat_is_carried_out_once_and_answered_there()
    {
        await using var commands = Start();
        await FirstPollAsync();
        _stub.Write(1, Friend, "/halt main BTCUSDT", Now + 5);
        await UntilAsync(() => !_stub.Sent.IsEmpty);
        Assert.Equal((Friend, "did halt main BTCUSDT for telegram 77"), _stub.Sent.Single());
        _stub.Write(2, -100, "/status@A_BOT", Now + 6);
        await UntilAsync(() => _stub.Sent.Count == 2);
        Assert.Equal((-100, "did status for telegram -100"), _stub.Sent.Last());
        Assert.Equal(2, _asked.Commands.Count);
    }

    [Fact]
    public async Task Stranger_gets_no_answer_and_is_logged_once()
    {
        await using var commands = Start();
        await FirstPollAsync();
        _stub.Write(1, 666, "/halt", Now + 5);
        _stub.Write(2, 666, "/resume", Now + 5);
        _stub.Write(3, 666, "/status", Now + 6);
        _stub.Write(4, Friend, "/status", Now + 6);
        await UntilAsync(() => !_stub.Sent.IsEmpty);
        Assert.Equal(Friend, _stub.Sent.Single().Chat);
        Assert.Equal("status", _asked.Commands.Single());
        Assert.Single(_log.Lines, l => l.Contains("666", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_sent_before_the_start_is_not_carried_out()
    {
        _stub.Write(1, Friend, "/resume", Now - 86_400);
        _stub.Write(2, Friend, "/resume", Now);
        await using var commands = Start();
        await UntilAsync(() => _stub.Sent.Count == 2);
        Assert.All(_stub.Sent, s => Assert.Contains("before this host started: not done", s.Text, StringComparison.Ordinal));
        Assert.Empty(_asked.Commands);
        _stub.Write(3, Friend, "/resume", Now + 2);
        await UntilAsync(() => _stub.Sent.Count == 3);
        Assert.Single(_asked.Commands);
    }

    [Fact]
    public async Task Update_that_comes_twice_is_carried_out_once()
    {
        await using var commands = Start();
        await FirstPollAsync();
        _stub.Replays = true;
        _stub.Write(5, Friend, "/resume", Now + 86_400); // whatever passes meanwhile, it is not late
        await _time.PassUntilAsync(() => _stub.Polls.Count(p => p == 6) > 3);
        _stub.Push(new { update_id = 6, edited_message = new { text = "/halt" } });
        _stub.Write(7, Friend, "/status", Now + 86_400);
        await _time.PassUntilAsync(() => _stub.Sent.Count == 2);
        Assert.Equal(["resume", "status"], _asked.Commands);
        Assert.DoesNotContain(_log.Lines, l => l.Contains("chatIds", StringComparison.Ordinal)); // an edited message is nobody's
        Assert.Contains(_log.Lines, l => l.Contains("sent again what was confirmed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Late_command_is_not_carried_out_except_a_halt()
    {
        await using var commands = Start();
        await FirstPollAsync();
        _time.Advance(TimeSpan.FromMinutes(10));
        _stub.TelegramSeconds = Now + 600;
        _stub.Write(1, Friend, "/resume", Now + 60);
        _stub.Write(2, Friend, "/halt", Now + 60);
        await _time.PassUntilAsync(() => _stub.Sent.Count == 2);
        Assert.Contains("arrived only now: not done", _stub.Sent.First().Text, StringComparison.Ordinal);
        Assert.Equal(["halt"], _asked.Commands);
    }

    /// <summary>While a machine sleeps its monotonic clock stands still; Telegram's does not, and tells with its answer.</summary>
    [Fact]
    public async Task Command_that_was_sent_while_the_machine_slept_is_late_by_telegrams_clock()
    {
        await using var commands = Start();
        await FirstPollAsync();
        _stub.TelegramSeconds = Now + 28_800;
        _stub.Write(1, Friend, "/resume", Now + 60);
        _stub.Write(2, Friend, "/status", Now + 28_790);
        await UntilAsync(() => _stub.Sent.Count == 2);
        Assert.Contains("arrived only now: not done", _stub.Sent.First().Text, StringComparison.Ordinal);
        Assert.Equal(["status"], _asked.Commands);
    }

    public static TheoryData<string> OddUpdates =>
    [
        """{"update_id":1,"message":{"date":99999999999999999,"chat":{"id":77},"text":"/status"}}""",
        """{"update_id":1,"message":{"date":-5,"chat":{"id":77},"text":"/status"}}""",
        """{"update_id":1,"message":{"date":null,"chat":null,"text":null}}""",
        """{"update_id":1,"message":{"date":1,"chat":{"id":77},"text":"\ud800"}}""",
        """{"update_id":1,"message":[]}""",
        """{"update_id":1,"message":{"date":"soon","chat":{"id":"77"},"text":5}}""",
        """{"update_id":1}""",
    ];

    [Theory]
    [MemberData(nameof(OddUpdates))]
    public async Task Update_of_an_odd_form_ends_nothing(string update)
    {
        await using var commands = Start();
        await FirstPollAsync();
        _stub.Push(System.Text.Json.JsonDocument.Parse(update).RootElement);
        _stub.Write(2, Friend, "/positions", Now + 5);
        await UntilAsync(() => _asked.Commands.Contains("positions"));
    }

    [Fact]
    public async Task Command_that_fails_by_a_bug_is_answered_so_and_the_next_one_is_taken()
    {
        await using var commands = Start();
        await FirstPollAsync();
        _stub.Write(1, Friend, "/fail", Now + 5);
        _stub.Write(2, Friend, "/status", Now + 5);
        await UntilAsync(() => _stub.Sent.Count == 2);
        Assert.Contains("NOT DONE", _stub.Sent.First().Text, StringComparison.Ordinal);
        Assert.Single(_log.Lines, l => l.Contains("NotSupportedException", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("halt everything please")]
    [InlineData("/halt@another_bot")]
    [InlineData("/")]
    [InlineData("")]
    public async Task What_is_no_command_of_ours_is_neither_done_nor_answered(string text)
    {
        await using var commands = Start();
        await FirstPollAsync();
        _stub.Write(1, Friend, text, Now + 5);
        _stub.Write(2, Friend, "/help", Now + 5);
        await UntilAsync(() => !_stub.Sent.IsEmpty);
        Assert.Equal(["help"], _asked.Commands);
    }

    [Fact]
    public async Task Wrong_token_is_logged_once_without_the_token()
    {
        using var client = new TelegramClient(_stub.Address, "12345:a-wrong_token", _time);
        await using var commands = Start(client);
        await _time.PassUntilAsync(() => _time.GetUtcNow().ToUnixTimeMilliseconds() > ManualTime.StartMs + 10_000 && !_log.Lines.IsEmpty);
        var line = Assert.Single(_log.Lines);
        Assert.Contains("HTTP 401 Unauthorized", line, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong_token", line, StringComparison.Ordinal);
    }

    /// <summary>The first poll tells when the host began.</summary>
    private Task FirstPollAsync() => UntilAsync(() => _stub.Polls.Count >= 2);

    /// <summary>Waits for the socket while the test's clock stands still: how long that takes makes no command late.</summary>
    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(150));
        while (!holds())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private sealed class Asked : IChatCommands
    {
        public ConcurrentQueue<string> Commands { get; } = new();

        public Task<string> RunAsync(ChatCommand command, string by, CancellationToken cancellation)
        {
            Commands.Enqueue(command.Name);
            if (command.Name == "fail")
            {
                throw new NotSupportedException();
            }

            return Task.FromResult($"did {string.Join(' ', [command.Name, .. command.Arguments])} for {by}");
        }
    }
}
