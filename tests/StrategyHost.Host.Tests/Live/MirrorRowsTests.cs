using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Tests.Live;

/// <summary>The mirror in the documents of a running host: on its own block only.</summary>
public sealed class MirrorRowsTests
{
    private readonly EngineKernel _kernel = new(new EngineOptions
    {
        Main = new AccountSetup { Account = AccountId.Main, StartBalance = 1000m },
        Mirror = new AccountSetup { Account = AccountId.Mirror, StartBalance = 1000m },
        Strategies = [],
        Instruments = [],
    });

    [Fact]
    public void Switch_and_breaker_stand_on_the_mirrors_block_alone()
    {
        Assert.Null(MirrorRows.Block(_kernel, _kernel.Main));
        Assert.Null(MirrorRows.Drift(_kernel, _kernel.Main));
        Assert.Equal(new MirrorBlock("on", "closed", null), MirrorRows.Block(_kernel, _kernel.Mirror!));
        _kernel.Step(new MirrorSwitched(false) { At = new Timestamp(0) }, new EffectList());
        Assert.Equal("off", MirrorRows.Block(_kernel, _kernel.Mirror!)!.State);
    }

    [Fact]
    public void Open_breaker_says_until_when()
    {
        var refused = new RefusalReport
        {
            Account = AccountId.Mirror,
            At = new Timestamp(1000),
            Request = RequestKind.Place,
            Symbol = new Symbol("BTCUSDT"),
            Code = 33004,
            Text = "",
        };
        _kernel.Step(new Reported([refused]) { At = refused.At }, new EffectList());
        Assert.Equal(new MirrorBlock("on", "open", "1970-01-01T00:00:31.000Z"), MirrorRows.Block(_kernel, _kernel.Mirror!));
    }

    [Fact]
    public void Positions_of_main_have_no_drift_and_the_mirrors_have_it_as_texts()
    {
        var row = new DriftRow("BTCUSDT", "long", "1", "0.5", "0.5", "0.2", "-0.3", "entering");
        var document = new Document<PositionsBlock>("host", "t", [new("main", []), new("mirror", []) { MirrorDrift = [row] }]);
        var accounts = JsonSerializer.SerializeToDocument(document, DocumentJson.Form).RootElement.GetProperty("accounts");

        Assert.False(accounts[0].TryGetProperty("mirrorDrift", out _));
        var shown = accounts[1].GetProperty("mirrorDrift")[0];
        Assert.Equal(
            ["symbol", "side", "mainSize", "ratio", "target", "actual", "drift", "reason"], shown.EnumerateObject().Select(p => p.Name));
        Assert.Equal("-0.3", shown.GetProperty("drift").GetString());
    }
}
