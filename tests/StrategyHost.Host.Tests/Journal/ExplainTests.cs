using System.Text.Json;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Explain;
using StrategyHost.Host.Tests.Commands;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Tests.Journal;

/// <summary>The chain behind an id, from journals as a host leaves them.</summary>
public sealed class ExplainTests : IDisposable
{
    private const long StartMs = 1_700_000_000_000;
    private static readonly Symbol Btc = new("BTCUSDT");
    private static readonly StrategyId Sma = new("sma");
    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-explain-").FullName;

    [Fact]
    public void Signal_is_told_from_the_event_to_the_trade_on_each_account()
    {
        Host("a-run", 10);
        var (entry, target) = (Tag(AccountId.Main, OrderRole.Entry), Tag(AccountId.Main, OrderRole.Target));
        Write("main", "a-run",
            (11, 1, Place(AccountId.Main, entry, "sma-1")),
            (12, 0, Fill(entry, "ex-1", 100m)),
            (12, 1, Place(AccountId.Main, target, "", reduceOnly: true)),
            (12, 2, new SetTradingStop(AccountId.Main, new TradingStop { Symbol = Btc, StopLoss = Price.Of(99m) }) { Plan = 7 }),
            (15, 0, Fill(new ClientOrderId(""), "ex-stop", 99m)),
            (15, 1, Closed("sma-1")));
        Write("mirror", "a-run", (11, 2, new Alert(AccountId.Mirror, At(11), "mirror_skipped", "sma-1 BTCUSDT: below the minimum")));

        var document = Explained("sma-1");
        Assert.Equal("sma-1", document.GetProperty("signal").GetProperty("id").GetString());
        Assert.Equal(["event", "call", "answer", "log", "signal"], Kinds(document.GetProperty("cause")));
        Assert.Equal([("main", "place fill place stop fill trade"), ("mirror", "alert")], document.GetProperty("accounts").EnumerateArray()
            .Select(a => (a.GetProperty("account").GetString()!, string.Join(' ', Kinds(a.GetProperty("events"))))));
        var fill = document.GetProperty("accounts")[0].GetProperty("events")[1];
        Assert.Equal(("100", "0.5", "0.01", 2), (Text(fill, "price"), Text(fill, "quantity"), Text(fill, "fee"), fill.GetProperty("offsetMs").GetInt32()));
        Assert.Equal("-0.5", document.GetProperty("accounts")[0].GetProperty("trades")[0].GetProperty("grossPnl").GetString());
    }

    [Theory]
    [InlineData("target")]
    [InlineData("ex-1")]
    [InlineData("ex-stop")]
    public void Order_is_told_with_the_signal_that_its_plan_came_from(string asked)
    {
        Host("a-run", 10);
        var (entry, target) = (Tag(AccountId.Main, OrderRole.Entry), Tag(AccountId.Main, OrderRole.Target));
        Write("main", "a-run",
            (11, 1, Place(AccountId.Main, entry, "sma-1")),
            (12, 0, Fill(entry, "ex-1", 100m)),
            (12, 1, Place(AccountId.Main, target, "", reduceOnly: true)),
            (15, 0, Fill(new ClientOrderId(""), "ex-stop", 99m)),
            (15, 1, Closed("sma-1")));
        var document = Explained(asked == "target" ? target.Value : asked);
        Assert.Equal("sma-1", document.GetProperty("signal").GetProperty("id").GetString());
        Assert.Single(document.GetProperty("accounts")[0].GetProperty("events").EnumerateArray(), e => e.GetProperty("asked").GetBoolean());
    }

    [Fact]
    public void Text_has_a_line_a_step_and_a_block_an_account()
    {
        Host("a-run", 10);
        var entry = Tag(AccountId.Main, OrderRole.Entry);
        Write("main", "a-run", (11, 3, Place(AccountId.Main, entry, "sma-1")), (12, 0, Fill(entry, "ex-1", 100m)));
        var shell = new Shell();
        Assert.Equal(ExitCode.Ok, shell.Line(new CommandHandlers { Explain = new ExplainHandler() })
            .Run(["explain", entry.Value, "--data", _folder], CancellationToken.None));
        string[] lines = [.. shell.Out.Split('\n').Select(l => l.TrimEnd())];
        Assert.Contains("sma-1: buy BTCUSDT by sma: accepted", lines);
        Assert.Contains("     +0 ms  sma is called: on_start", lines);
        Assert.Contains("     +1 ms  sma-1, buy BTCUSDT: accepted", lines);
        Assert.Equal(["main", $"*    +1 ms  sends entry {entry}: buy 0.5 at market"], lines.SkipWhile(l => l != "main").Take(2));
        Assert.Contains($"*    +2 ms  entry {entry.Value[^5..]} fills buy 0.5 at 100, fee 0.01", lines);
    }

    [Fact]
    public void Closing_signal_is_told_with_the_trade_it_closed_and_not_with_the_whole_plan()
    {
        Host("a-run", 10);
        var (entry, exit) = (Tag(AccountId.Main, OrderRole.Entry), Tag(AccountId.Main, OrderRole.Exit));
        Write("main", "a-run",
            (3, 1, Place(AccountId.Main, entry, "sma-0")),
            (4, 0, Fill(entry, "ex-1", 100m)),
            (11, 1, Place(AccountId.Main, exit, "sma-1", reduceOnly: true)),
            (12, 0, Fill(exit, "ex-2", 101m)),
            (12, 1, Closed("sma-0")));
        Assert.Equal(["place", "fill", "trade"], Kinds(Explained("sma-1").GetProperty("accounts")[0].GetProperty("events")));
    }

    [Fact]
    public void Newest_run_is_told_unless_another_is_named()
    {
        Host("2026-01-01", 10);
        Host("2026-01-02", 20);
        var newest = Explained("sma-1");
        Assert.Equal("2026-01-02", newest.GetProperty("run").GetString());
        Assert.Contains("2026-01-01", Assert.Single(newest.GetProperty("notes").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Equal("2026-01-01", Explained("sma-1", "--run", "2026-01-01").GetProperty("run").GetString());
    }

    [Fact]
    public void Unknown_id_is_refused_with_the_nearest_known_ones()
    {
        Host("a-run", 10);
        var (code, document) = Run("sma-2");
        Assert.Equal(ExitCode.BadInput, code);
        var error = Assert.Single(document.GetProperty("errors").EnumerateArray());
        Assert.Equal("unknown_id", error.GetProperty("rule").GetString());
        Assert.Contains("sma-1", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Journal_that_cannot_be_read_is_a_note_and_the_others_are_told()
    {
        Host("a-run", 10);
        Write("main", "a-run", (11, 1, Place(AccountId.Main, Tag(AccountId.Main, OrderRole.Entry), "sma-1")));
        File.WriteAllText(JournalFile.PathOf(_folder, "mirror"), string.Concat(Enumerable.Repeat("this is no database\n", 100)));
        var document = Explained("sma-1");
        Assert.Contains("journal-mirror.db", Assert.Single(document.GetProperty("notes").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Equal(["place"], Kinds(document.GetProperty("accounts")[0].GetProperty("events")));
    }

    [Fact]
    public void Directory_without_a_journal_is_refused()
    {
        var (code, document) = Run("sma-1");
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal("journal_missing", Assert.Single(document.GetProperty("errors").EnumerateArray()).GetProperty("rule").GetString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The host's part: a candle, the call, the answer, a log line and the decision.</summary>
    private void Host(string run, long seq)
    {
        var call = new StartCall { At = At(seq) };
        var answer = new ScriptAnswer { Value = ScriptValue.Of([ScriptValue.Of("buy")]) };
        Write("host", run,
            (seq, 0, new TimePassed { At = At(seq) }),
            (seq, 1, new CallScript(Sma, call, ScriptView.Empty)),
            (seq + 1, 0, new ScriptReturned(Sma, call, answer) { At = At(seq + 1) }),
            (seq + 1, 1, new ScriptLogged(Sma, At(seq + 1), "now")),
            (seq + 1, 2, new SignalDecided("sma-1", At(seq + 1), Sma, Btc, "buy", "accepted", "", "a-tag", "a reason")));
    }

    private void Write(string owner, string run, params (long Seq, int Part, object What)[] records)
    {
        using var file = JournalFile.Open(JournalFile.PathOf(_folder, owner), owner, isSynced: false).Value;
        Assert.Null(file.Begin(new JournalRun
        {
            Name = run,
            StartedAt = At(0),
            Build = "",
            ConfigurationSha256 = "",
            ScriptSha256 = new Dictionary<string, string> { ["sma"] = "abc" },
            Installation = "8KQ2",
        }));
        Assert.Null(file.Append([.. records.Select(r => JournalCodec.Encode(new JournalStamp(r.Seq, r.Part, At(r.Seq)), r.What))]));
    }

    private JsonElement Explained(params string[] arguments)
    {
        var (code, document) = Run(arguments);
        Assert.Equal(ExitCode.Ok, code);
        return document;
    }

    private (ExitCode Code, JsonElement Document) Run(params string[] arguments)
    {
        var shell = new Shell();
        var code = shell.Line(new CommandHandlers { Explain = new ExplainHandler() })
            .Run(["explain", .. arguments, "--data", _folder, "--json"], CancellationToken.None);
        return (code, shell.Document);
    }

    private static IEnumerable<string> Kinds(JsonElement events) => events.EnumerateArray().Select(e => e.GetProperty("kind").GetString()!);

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();

    private static Timestamp At(long seq) => new(StartMs + seq);

    private static ClientOrderId Tag(AccountId account, OrderRole role) => new OrderTag(account, "8KQ2", 1, 7, role, 0, 1).Write();

    private static PlaceOrder Place(AccountId account, ClientOrderId id, string signal, bool reduceOnly = false) => new(account, new OrderRequest
    {
        ClientOrderId = id,
        Symbol = Btc,
        Side = reduceOnly ? Side.Sell : Side.Buy,
        Type = OrderType.Market,
        Quantity = Quantity.Of(0.5m),
        ReduceOnly = reduceOnly,
    })
    {
        SignalId = signal,
    };

    private static FillReport Fill(ClientOrderId id, string exchangeId, decimal price) => new()
    {
        Account = AccountId.Main,
        At = At(0),
        Symbol = Btc,
        ExecutionId = new ExecutionId("x" + exchangeId),
        OrderId = new ExchangeOrderId(exchangeId),
        ClientOrderId = id,
        Side = Side.Buy,
        Price = Price.Of(price),
        Quantity = Quantity.Of(0.5m),
        Fee = 0.01m,
        FeeRate = 0.0002m,
        IsMaker = false,
    };

    private static TradeClosed Closed(string signal) => new(new TradeRecord
    {
        Account = AccountId.Main,
        Strategy = Sma,
        Symbol = Btc,
        Side = PositionSide.Long,
        EntryTime = At(12),
        EntryPrice = 100m,
        ExitTime = At(15),
        ExitPrice = 99m,
        Quantity = Quantity.Of(0.5m),
        GrossPnl = -0.5m,
        Fees = 0.02m,
        Funding = 0m,
        Slippage = 0m,
        ExitReason = ExitReason.StopLoss,
        SignalId = signal,
    });
}
