using System.Collections.Concurrent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Journal;
using StrategyHost.Storage.Journal;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Journal;

/// <summary>Written, committed, then sent; and what goes out when the disk does not take it.</summary>
public sealed class JournaledAccountTests : IExchangeAccount, IExchangeListener, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Symbol Btc = new("BTCUSDT");
    private static readonly JournalRun Run = new()
    {
        Name = "a-run",
        StartedAt = default,
        Build = "",
        ConfigurationSha256 = "",
        ScriptSha256 = new Dictionary<string, string>(),
        Installation = "8KQ2",
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-journal-").FullName;
    private readonly ManualTime _time = new();
    private readonly BlockingCollection<string> _sent = [];
    private readonly BlockingCollection<RefusalReport> _refused = [];
    private readonly BlockingCollection<Error?> _stuck = [];
    private Func<AccountEffect, string> _name = Name;

    AccountId IExchangeAccount.Account => AccountId.Main;

    private string Db => JournalFile.PathOf(_folder, "main");

    [Fact]
    public void Request_is_on_disk_before_it_is_sent()
    {
        _name = request =>
        {
            using var reader = JournalReader.Open(Db).Value;
            return $"{Name(request)} {reader.ByRun(Run.Name).Value.Count(r => r.Row.OrderId == Name(request))}";
        };
        using var writer = Writer();
        using var account = Exit(writer);
        for (var i = 1; i <= 20; i++)
        {
            account.Send(Entry($"e{i}"), Stamp(i));
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"e{i} 1"), Enumerable.Range(1, 20).Select(_ => _sent.Take(Patient())));
    }

    [Fact]
    public void Without_a_journal_entries_are_refused_and_all_else_is_sent_in_order()
    {
        File.WriteAllText(Db, string.Concat(Enumerable.Repeat("this is no database\n", 100)));
        using var writer = Writer();
        using var account = Exit(writer);
        AccountEffect[] requests = [Entry("entry"), Entry("exit", reduceOnly: true), Cancel("cancel"), Amend("amend"), Stop()];
        for (var i = 0; i < requests.Length; i++)
        {
            account.Send(requests[i], Stamp(i));
        }

        var refusal = _refused.Take(Patient());
        Assert.Equal(("entry", RequestKind.Place, Btc), (refusal.ClientOrderId.Value, refusal.Request, refusal.Symbol));
        Assert.Contains("damaged", refusal.Text, StringComparison.Ordinal);
        Assert.Equal(["exit", "cancel", "amend", "stop"], Enumerable.Range(0, 4).Select(_ => _sent.Take(Patient())));
    }

    [Fact]
    public void Disk_that_does_not_answer_holds_no_protection_back()
    {
        using var writer = Writer();
        using var account = Exit(writer);
        using var answers = new ManualResetEventSlim();
        writer.Append(Stamp(1), Cancel("first"), _ => answers.Wait(Patience)); // the writer's thread hangs here
        account.Send(Stop(), Stamp(2));
        account.Send(Entry("entry"), Stamp(3));
        account.Send(Entry("exit", reduceOnly: true), Stamp(4));
        _time.Advance(750);
        Assert.Empty(_sent);
        _time.Advance(500);
        Assert.Equal(["stop", "exit"], [_sent.Take(Patient()), _sent.Take(Patient())]);
        Assert.Equal("entry", _refused.Take(Patient()).ClientOrderId.Value);
        Assert.Equal("journal_stuck", _stuck.Take(Patient())!.Rule);

        answers.Set();
        Assert.Null(_stuck.Take(Patient()));
        account.Send(Entry("next"), Stamp(5));
        Assert.Equal("next", _sent.Take(Patient())); // and none of the others a second time
        Assert.Empty(_sent);
        Assert.True(writer.Close(Patience));
        using var reader = JournalReader.Open(Db).Value;
        Assert.Equal([1, 2, 3, 4, 5], reader.ByRun(Run.Name).Value.Select(r => r.Row.Stamp.Seq));
    }

    [Fact]
    public void Nothing_is_sent_to_an_exchange_that_is_gone()
    {
        using var writer = Writer();
        var account = Exit(writer);
        account.Dispose();
        account.Send(Entry("late"), Stamp(1));
        Assert.True(writer.Close(Patience));
        Assert.Empty(_sent);
    }

    void IExchangeAccount.Send(AccountEffect request) => _sent.Add(_name(request));

    void IExchangeAccount.AskSnapshot() => throw new NotSupportedException();

    void IExchangeListener.OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports) =>
        _refused.Add((RefusalReport)Assert.Single(reports));

    void IExchangeListener.OnSnapshot(AccountSnapshot snapshot) => throw new NotSupportedException();

    void IExchangeListener.OnMarket(MarketNews news) => throw new NotSupportedException();

    void IExchangeListener.OnLink(LinkNews news) => throw new NotSupportedException();

    public void Dispose()
    {
        _sent.Dispose();
        _refused.Dispose();
        _stuck.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private JournalWriter Writer()
    {
        var writer = new JournalWriter(JournalFile.Open(Db, "main", isSynced: true), new JournalWriterOptions());
        writer.Begin(Run);
        return writer;
    }

    private JournaledAccount Exit(JournalWriter writer) => new(this, writer, this, _time) { Stuck = _stuck.Add };

    private static JournalStamp Stamp(long seq) => new(seq, 1, new Timestamp(ManualTime.StartMs));

    private static PlaceOrder Entry(string id, bool reduceOnly = false) => new(AccountId.Main, new OrderRequest
    {
        ClientOrderId = new ClientOrderId(id),
        Symbol = Btc,
        Side = Side.Buy,
        Type = OrderType.Market,
        Quantity = Quantity.Of(1),
        ReduceOnly = reduceOnly,
    });

    private static CancelOrder Cancel(string id) => new(AccountId.Main, Btc, new ClientOrderId(id));

    private static AmendOrder Amend(string id) =>
        new(AccountId.Main, new OrderAmendment { Symbol = Btc, ClientOrderId = new ClientOrderId(id), StopLoss = Price.Of(9) });

    private static SetTradingStop Stop() => new(AccountId.Main, new TradingStop { Symbol = Btc, StopLoss = Price.Of(9) });

    private static string Name(AccountEffect request) => request switch
    {
        PlaceOrder place => place.Request.ClientOrderId.Value,
        CancelOrder cancel => cancel.Id.Value,
        AmendOrder amend => amend.Amendment.ClientOrderId.Value,
        _ => "stop",
    };

    private static CancellationToken Patient() => new CancellationTokenSource(Patience).Token;
}
