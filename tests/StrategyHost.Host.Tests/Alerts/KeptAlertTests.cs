using StrategyHost.Core.Domain;
using StrategyHost.Host.Alerts;
using StrategyHost.Host.Tests.Live;

namespace StrategyHost.Host.Tests.Alerts;

/// <summary>What could not be said before the end is there for the next host, once.</summary>
public sealed class KeptAlertTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-kept-").FullName;
    private readonly LogLines _log = new();

    private KeptAlerts Kept => new(_folder, _log.Logger);

    [Fact]
    public void Alert_is_given_once_with_when_it_was()
    {
        Kept.Keep([new KeptAlert("telegram 77", new AlertNotice("main", "uncovered", "no stop", new Timestamp(0))
        {
            Symbol = "BTCUSDT",
            AtRisk = true,
        })]);
        var (route, notice) = Assert.Single(Kept.Take());
        Assert.Equal(("telegram 77", "main", "uncovered", "BTCUSDT", true), (route, notice.Account, notice.Code, notice.Symbol, notice.AtRisk));
        Assert.StartsWith("no stop (of 1970-01-01", notice.Text, StringComparison.Ordinal);
        Assert.Empty(Kept.Take());
    }

    [Theory]
    [InlineData("[{")]
    [InlineData("null")]
    [InlineData("[null]")]
    [InlineData("""[{"Route":"webhook"}]""")]
    public void File_that_is_damaged_keeps_nothing_from_starting(string text)
    {
        File.WriteAllText(Path.Combine(_folder, KeptAlerts.FileName), text);
        Kept.Take();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
