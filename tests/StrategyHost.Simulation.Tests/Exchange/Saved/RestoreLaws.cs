using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.Exchange.Saved;
using Xunit;

namespace StrategyHost.Simulation.Tests.Exchange.Saved;

/// <summary>What holds wherever a session is interrupted.</summary>
public sealed class RestoreLaws
{
    private static readonly Config Sessions = Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(1_000_000);

    private static void ForAnySession(Action<RandomSession, int> law) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<int>(), (seed, cut) => law(new RandomSession(seed), Math.Abs(cut % 1000)))
            .Check(Sessions);

    /// <summary>A book is shown again after the cut, as its caller must; the uninterrupted exchange sees that too.</summary>
    [Fact]
    public void Restored_exchange_reports_what_the_uninterrupted_one_does() => ForAnySession((session, cut) =>
    {
        var calls = session.Actions.SelectMany(s => s.Parts.Select(part => (Call: part, s.Book))).ToList();
        var (before, after) = (calls.Take(cut % calls.Count).ToList(), calls.Skip(cut % calls.Count));
        var whole = session.Open();
        before.ForEach(c => c.Call(whole));
        var restored = session.OpenEmpty();
        Assert.Empty(restored.Restore(Saved(whole)));
        AssertSame(whole, restored);
        if (before.FindLast(c => c.Book is not null).Book is { } book)
        {
            Show(whole, book);
            Show(restored, book);
        }

        whole.Reports.Clear();
        restored.Reports.Clear();
        foreach (var (call, _) in after)
        {
            call(whole);
            call(restored);
            Assert.Equal(whole.Reports, restored.Reports);
        }

        AssertSame(whole, restored);
    });

    [Fact]
    public void Texts_of_what_changed_add_up_to_the_texts_of_everything() => ForAnySession((session, _) =>
    {
        var exchange = session.Open();
        var (texts, kept) = (new ExchangeTexts(), new Dictionary<string, string>());
        foreach (var call in session.Actions.SelectMany(s => s.Parts))
        {
            call(exchange);
            var changed = exchange.ExportChanged();
            foreach (var (name, text) in texts.Of(changed))
            {
                kept[name] = text;
            }

            exchange.MarkKept(changed);
            Assert.Equal(new ExchangeTexts().Of(exchange.Export()).OrderBy(t => t.Key), kept.OrderBy(t => t.Key));
        }
    });

    private static ExchangeState Saved(SimulatedExchange exchange) =>
        ExchangeTexts.Read(new ExchangeTexts().Of(exchange.Export())).Value!; // there are texts

    private static void Show(SimulatedExchange exchange, OrderBook book) => exchange.OnBook(RandomSession.Coin, book, exchange.Time.Ms);

    private static void AssertSame(SimulatedExchange expected, SimulatedExchange actual) =>
        Assert.Equal(new ExchangeTexts().Of(expected.Export()), new ExchangeTexts().Of(actual.Export()));
}
