using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.Exchange.Saved;
using Xunit;

namespace StrategyHost.Simulation.Tests.Exchange.Saved;

/// <summary>The texts: few change with a request, and damaged or newer ones are errors that say what to do.</summary>
public sealed class ExchangeTextsTests
{
    [Fact]
    public void Texts_stay_small_and_the_newest_ids_stay_known()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        for (var i = 0; i < LinkIds.Capacity + 500; i++)
        {
            f.Cancel(f.Buy(0.1m, r => r.Limit(39_000m)));
        }

        var texts = new ExchangeTexts();
        var before = texts.Of(f.Exchange.Export());
        f.Buy(0.1m, r => r.Limit(39_000m));
        var after = texts.Of(f.Exchange.Export());
        var written = after.Where(t => before.GetValueOrDefault(t.Key) != t.Value).ToList();
        Assert.Equal(2, written.Count); // the account and one block of ids
        Assert.InRange(written.Sum(t => t.Value.Length), 1, 10_000);
        var ids = ExchangeTexts.Read(after).Value!.Accounts[0].LinkIds;
        Assert.Equal(Enumerable.Range(502, LinkIds.Capacity).Select(i => $"t-{i}"), ids);
    }

    /// <summary>A store keeps texts that are no longer given; blocks of ids must not be mistaken for older ones.</summary>
    [Fact]
    public void Ids_are_whole_at_every_number_of_orders()
    {
        var (f, texts, kept) = (new Fixture(), new ExchangeTexts(), new Dictionary<string, string>());
        f.Flat(40_000m);
        for (var i = 1; i <= LinkIds.Capacity + 1000; i++)
        {
            f.Cancel(f.Buy(0.1m, r => r.Limit(39_000m)));
            f.Reports.Clear();
            if (i % 37 == 0 || i == 1)
            {
                foreach (var (name, text) in texts.Of(f.Exchange.ExportChanged()))
                {
                    kept[name] = text;
                }

                var ids = ExchangeTexts.Read(kept).Value!.Accounts[0].LinkIds;
                Assert.Equal((Math.Min(i, LinkIds.Capacity), $"t-{i}"), (ids.Count, ids[^1]));
            }
        }
    }

    [Fact]
    public void No_texts_are_no_state() => Assert.Null(ExchangeTexts.Read(new Dictionary<string, string>()).Value);

    [Theory]
    [InlineData("markets", "\"version\":1", "\"version\":2,\"more\":1", "state_newer")]
    [InlineData("account/main", "\"version\":1", "\"version\":2", "state_newer")]
    [InlineData("account/main/ids/0", "\"version\":1", "\"version\":2", "state_newer")]
    [InlineData("markets", "{", "", "state_damaged")]
    [InlineData("markets", "\"version\":1,", "", "state_damaged")]
    [InlineData("markets", "\"version\":1", "\"version\":0", "state_damaged")]
    [InlineData("markets", "[\"main\"]", "[\"main\",\"mirror\"]", "state_damaged")]
    [InlineData("markets", "[\"main\"]", "null", "state_damaged")]
    [InlineData("account/main", "\"executions\"", "\"exekutions\"", "state_damaged")]
    [InlineData("account/main", "\"leverage\":5", "\"leverage\":0", "state_damaged")]
    [InlineData("account/main", "\"Isolated\"", "\"Lonely\"", "state_damaged")]
    [InlineData("account/main", "\"Isolated\"", "0", "state_damaged")]
    [InlineData("account/main", "\"size\":100000000", "\"size\":-1", "state_damaged")]
    [InlineData("account/main", "\"idx\":\"HedgeLong\"", "\"idx\":\"OneWay\"", "state_damaged")]
    [InlineData("account/main", "\"sibling\":2", "\"sibling\":22", "state_damaged")]
    [InlineData("account/main", "\"number\":3", "\"number\":2", "state_damaged")]
    [InlineData("account/main", "\"filled\":0", "\"filled\":-1", "state_damaged")]
    [InlineData("account/main", "\"linkIdsCount\":1", "\"linkIdsCount\":2", "state_damaged")]
    [InlineData("account/main", "\"linkIdsFirst\":0", "\"linkIdsFirst\":9223372036854775807", "state_damaged")]
    [InlineData("account/main", "\"BTCUSDT\"", "\"LTCUSDT\"", "state_symbol_missing")]
    public void Wrong_text_is_an_error_that_says_what_to_do(string name, string old, string wrong, string rule)
    {
        var texts = new Dictionary<string, string>(Sample());
        Assert.Contains(old, texts[name], StringComparison.Ordinal);
        texts[name] = texts[name].Replace(old, wrong, StringComparison.Ordinal);
        var errors = Errors(texts);
        Assert.Contains(errors, e => e.Rule == rule && e.Message.Contains("--fresh", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("markets")]
    [InlineData("account/main")]
    [InlineData("account/main/ids/0")]
    public void Missing_text_is_an_error(string name)
    {
        var texts = new Dictionary<string, string>(Sample());
        Assert.True(texts.Remove(name));
        Assert.Equal("state_damaged", Assert.Single(Errors(texts)).Rule);
    }

    [Fact]
    public void Damaged_texts_are_errors_or_states_and_never_exceptions() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<char>(), (at, letter) =>
        {
            foreach (var (name, text) in Sample())
            {
                var damaged = text.ToCharArray();
                damaged[Math.Abs((long)at) % damaged.Length] = letter;
                Errors(new Dictionary<string, string>(Sample()) { [name] = new string(damaged) });
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(100_000));

    /// <summary>A long with a Partial pair.</summary>
    private static IReadOnlyDictionary<string, string> Sample()
    {
        var f = Fixture.OnTicks(FillModel.Touch);
        f.Trade(40_000m);
        f.Buy(0.1m, r => r.Stopped(39_000m, 41_000m, TpslMode.Partial));
        f.Trade(40_000m);
        return new ExchangeTexts().Of(f.Exchange.Export());
    }

    private static IReadOnlyList<Error> Errors(Dictionary<string, string> texts)
    {
        var read = ExchangeTexts.Read(texts);
        return read.IsOk ? new SimulatedExchange(new ExchangeOptions(), [Fixture.Btcusdt]).Restore(read.Value!) : read.Errors;
    }
}
