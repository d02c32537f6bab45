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
        await _time.PassUntilAsync(() => !_stub.Sent.IsEmpty);
        Assert.Equal((Friend, "did halt main BTCUSDT for telegram 77"), _stub.Sent.Single());
        _stub.Write(2, -100, "/status@A_BOT", Now + 6);
        await _time.PassUntilAsync(() => _stub.Sent.Count == 2);
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
        await _time.PassUntilAsync(() => !_stub.Sent.IsEmpty);
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
        await _time.PassUntilAsync(() => _stub.Sent.Count == 2);
        Assert.All(_stub.Sent, s => Assert.Contains("before this host started: not done", s.Text, StringComparison.Ordinal));
        Assert.Empty(_asked.Commands);
        _stub.Write(3, Friend, "/resume", Now + 2);
        await _time.PassUntilAsync(() => _stub.Sent.Count == 3);
        Assert.Single(_asked.Commands);
    }

    [Fact]
    public async Task Update_that_comes_twice_is_carried_out_once()
    {
        await using var commands = Start();
        await FirstPollAsync();
        _stub.Replays = true;
        _stub.Write(5, Friend, "/resume", Now + 5);
        await _time.PassUntilAsync(() => _stub.Polls.Count(p => p == 6) > 3);
        _stub.Push(new { update_id = 6, edited_message = new { text = "/halt" } });
        _stub.Write(7, Friend, "/status", Now + 6);
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
        _stub.Write(1, Friend, "/resume", Now + 60);
        _stub.Write(2, Friend, "/halt", Now + 60);
        await _time.PassUntilAsync(() => _stub.Sent.Count == 2);
        Assert.Contains("arrived only now: not done", _stub.Sent.First().Text, StringComparison.Ordinal);
        Assert.Equal(["halt"], _asked.Commands);
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
        await _time.PassUntilAsync(() => !_stub.Sent.IsEmpty);
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
    private Task FirstPollAsync() => _time.PassUntilAsync(() => _stub.Polls.Count >= 2);

    private sealed class Asked : IChatCommands
    {
        public ConcurrentQueue<string> Commands { get; } = new();

        public Task<string> RunAsync(ChatCommand command, string by, CancellationToken cancellation)
        {
            Commands.Enqueue(command.Name);
            return Task.FromResult($"did {string.Join(' ', [command.Name, .. command.Arguments])} for {by}");
        }
    }
}
