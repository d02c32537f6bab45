using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Storage.Journal;
using Xunit;

namespace StrategyHost.Storage.Tests.Journal;

/// <summary>What the kernel is told and what it wants done, as text and back.</summary>
public sealed class JournalCodecTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(1_000_000);
    private static readonly JournalStamp Stamp = new(7, 2, new Timestamp(1_700_000_000_000));

    private static IEnumerable<Type> Messages => typeof(EngineInput).Assembly.GetTypes().Where(t => !t.IsAbstract
        && (t.IsSubclassOf(typeof(EngineInput)) || t.IsSubclassOf(typeof(Effect)) || t.IsSubclassOf(typeof(ExchangeReport))));

    public static TheoryData<string> Written => [.. Messages.Where(JournalCodec.Writes).Select(t => t.Name)];

    /// <summary>A new input, effect or report has to say whether and how it is kept: a line in JournalKinds and one in JournalJson.</summary>
    [Fact]
    public void Every_input_effect_and_report_has_a_codec_or_is_market_data() => Assert.Equal(
        [], Messages.Where(t => JournalCodec.Writes(t) == JournalCodec.MarketInputs.Contains(t)).Select(t => t.Name));

    [Theory]
    [MemberData(nameof(Written))]
    public void What_was_encoded_is_decoded_as_it_was(string name)
    {
        var type = Messages.Single(t => t.Name == name);
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var made = new AnyRecord(seed).Make(type);
            var row = JournalCodec.Encode(Stamp, made);
            Assert.Null(AnyRecord.Difference(Kept(made), JournalCodec.Decode(row).Value));
            Assert.Equal((Stamp, name, JournalRow.CurrentVersion), (row.Stamp, row.Kind, row.Version));
        }).Check(Runs);
    }

    /// <summary>The kernel of a replay is made from what this gives back.</summary>
    [Fact]
    public void What_an_engine_was_made_from_comes_back_whole() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var made = new AnyRecord(seed).Make(typeof(EngineFacts));
        Assert.Null(AnyRecord.Difference(made, JournalCodec.Decode(JournalCodec.Encode(Stamp, made)).Value));
    }).Check(Runs);

    [Fact]
    public void Columns_name_the_order_its_plan_and_its_signal()
    {
        var id = new OrderTag(AccountId.Main, "8KQ2", 1, 42, OrderRole.Entry, 0, 1).Write();
        var row = JournalCodec.Encode(Stamp, new PlaceOrder(AccountId.Main, Request(id)) { SignalId = "sma-3" });
        Assert.Equal(("BTCUSDT", id.Value, "sma-3", 42L), (row.Symbol, row.OrderId, row.SignalId, row.Plan));
        var stop = JournalCodec.Encode(Stamp, new SetTradingStop(AccountId.Main, new TradingStop { Symbol = new("BTCUSDT") }) { Plan = 42 });
        Assert.Equal(("BTCUSDT", 42L), (stop.Symbol, stop.Plan));
    }

    [Fact]
    public void Prices_and_money_stand_as_decimal_texts()
    {
        var body = JournalCodec.Encode(Stamp, new PlaceOrder(AccountId.Main, Request(new("x")))).Body;
        Assert.Contains("\"quantity\":\"0.05\"", body, StringComparison.Ordinal);
        Assert.Contains("\"price\":\"60000.1\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Row_of_a_later_version_is_an_error_and_no_guess()
    {
        var row = JournalCodec.Encode(Stamp, new CancelOrder(AccountId.Main, new("BTCUSDT"), new("x")));
        Assert.Equal("journal_record", Assert.Single(JournalCodec.Decode(row with { Version = 99 }).Errors).Rule);
        Assert.Equal("journal_record", Assert.Single(JournalCodec.Decode(row with { Kind = "Teleport" }).Errors).Rule);
        Assert.Equal("journal_record", Assert.Single(JournalCodec.Decode(row with { Body = "{\"account\":" }).Errors).Rule);
    }

    [Fact]
    public void Effects_are_numbered_after_the_parts_of_their_input()
    {
        var wallet = new WalletReport { Account = AccountId.Main, At = Stamp.At, Balance = 1 };
        Assert.Equal(1, JournalCodec.PartsOf(new Started { At = Stamp.At }));
        Assert.Equal(1, JournalCodec.PartsOf(new Reported([]) { At = Stamp.At }));
        Assert.Equal(3, JournalCodec.PartsOf(new Reported([wallet, wallet, wallet]) { At = Stamp.At }));
    }

    /// <summary>Of a script call only the note is kept.</summary>
    private static object Kept(object made) => made switch
    {
        CallScript x => new CallScriptNote(x.Strategy, CallNote.Of(x.Call)),
        ScriptReturned x => new ScriptReturnedNote(x.At, x.Strategy, CallNote.Of(x.Call), x.Answer),
        ScriptOverdue x => new ScriptOverdueNote(x.At, x.Strategy, CallNote.Of(x.Call), x.AfterMs),
        _ => made,
    };

    private static OrderRequest Request(ClientOrderId id) => new()
    {
        ClientOrderId = id,
        Symbol = new("BTCUSDT"),
        Side = Side.Buy,
        Type = OrderType.Limit,
        Quantity = Quantity.Of(0.05m),
        Price = Price.Of(60000.1m),
    };
}
