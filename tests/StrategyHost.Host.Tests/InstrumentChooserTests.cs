using StrategyHost.Core.Domain;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Instruments;

namespace StrategyHost.Host.Tests;

/// <summary>Where a backtest's tick and step come from.</summary>
public sealed class InstrumentChooserTests
{
    private static SymbolOptions Silent(string symbol) => new() { Symbol = new Symbol(symbol) };

    [Theory]
    [InlineData("BTCUSDT", "0.1", "0.001")]
    [InlineData("ETHUSDT", "0.01", "0.01")]
    [InlineData("SOLUSDT", "0.01", "0.1")]
    public void KnownSymbol_NeedsNoData_AndHasNoWarning(string symbol, string tick, string step)
    {
        var chosen = InstrumentChooser.Choose(null, Silent(symbol), null).Value;

        Assert.Equal((tick, step, 5m), (chosen.Instrument.TickSize.ToString(), chosen.Instrument.QtyStep.ToString(),
            chosen.Instrument.MinNotional));
        Assert.Empty(chosen.Warnings);
    }

    [Fact]
    public void KnownSymbol_WithFinerPrices_TakesTheDataTick_AndSaysSo()
    {
        var chosen = InstrumentChooser.Choose(null, Silent("SOLUSDT"), new DataDecimals(3, 0)).Value;

        Assert.Equal("0.001", chosen.Instrument.TickSize.ToString());
        Assert.Equal("0.1", chosen.Instrument.QtyStep.ToString());
        Assert.Single(chosen.Warnings);
    }

    [Fact]
    public void UnknownSymbol_IsDerivedFromItsData_WithAWarning()
    {
        var chosen = InstrumentChooser.Choose(null, Silent("APEUSDT"), new DataDecimals(4, 1)).Value;

        Assert.Equal(("0.0001", "0.1"), (chosen.Instrument.TickSize.ToString(), chosen.Instrument.QtyStep.ToString()));
        Assert.Contains("derived", Assert.Single(chosen.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownSymbol_WithoutData_IsAnErrorThatNamesTheNearest()
    {
        var error = Assert.Single(InstrumentChooser.Choose(null, Silent("BTCUSD"), null).Errors);

        Assert.Equal("unknown_symbol", error.Rule);
        Assert.Contains("'BTCUSDT'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Overrides_GoOverEverything_AndAStepIsTheMinimum()
    {
        var options = new SymbolOptions
        {
            Symbol = new Symbol("BTCUSDT"),
            TickSize = Price.Of(0.000000001m),
            QtyStep = Quantity.Of(0.01m),
            TakerFee = 0.001m,
            Funding = false,
        };

        var chosen = InstrumentChooser.Choose(null, options, new DataDecimals(2, 3)).Value;

        Assert.Equal(("0.000000001", "0.01", "0.01"), (chosen.Instrument.TickSize.ToString(), chosen.Instrument.QtyStep.ToString(),
            chosen.Instrument.MinQty.ToString()));
        Assert.Equal((0.001m, 0.0002m, false), (chosen.Instrument.TakerFee, chosen.Instrument.MakerFee, chosen.Instrument.HasFunding));
        Assert.Empty(chosen.Warnings);
        Assert.True(options.OverridesInstrument);
    }

    [Fact]
    public void UnknownSymbol_WrittenOutInTheConfiguration_NeedsNoData()
    {
        var options = Silent("NEWUSDT") with { TickSize = Price.Of(0.01m), QtyStep = Quantity.Of(1m) };

        Assert.Equal("1", InstrumentChooser.Choose(null, options, null).Value.Instrument.MinQty.ToString());
    }

    [Fact]
    public void TheExchange_GoesBeforeWhatIsKnown()
    {
        var exchange = new Instrument
        {
            Symbol = new Symbol("BTCUSDT"),
            TickSize = Price.Of(0.5m),
            QtyStep = Quantity.Of(0.01m),
            MinQty = Quantity.Of(0.01m),
        };

        Assert.Equal(exchange, InstrumentChooser.Choose(exchange, Silent("BTCUSDT"), new DataDecimals(2, 3)).Value.Instrument);
    }
}
