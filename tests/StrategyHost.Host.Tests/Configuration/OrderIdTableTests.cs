using StrategyHost.Core.Orders;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Tests.Configuration;

/// <summary>The user's own table of order ids.</summary>
public sealed class OrderIdTableTests
{
    [Fact]
    public void Entries_come_before_the_known_ones()
    {
        var read = OrderIdTable.Parse("f", """
            [ // ids of my other program
              { "startsWith": "grid-", "role": "target" }, { "endsWith": "!s", "role": "stop" } ]
            """);
        Assert.True(read.IsOk);
        Assert.Equal(
            [new IdPattern("grid-", ObservedRole.Target, IdMatch.StartsWith), new IdPattern("!s", ObservedRole.Stop, IdMatch.EndsWith)],
            read.Value.Take(2));
        Assert.Equal(OrderClassifier.KnownPatterns, read.Value.Skip(2));
    }

    public static TheoryData<string, string, string> Mistakes { get; } = new()
    {
        { """{ "contains": "x" }""", "bad_type", "" },
        { """[ "SL" ]""", "bad_type", "[0]" },
        { """[ { "contain": "SL", "role": "stop" } ]""", "unknown_key", "[0].contain" },
        { """[ { "contains": "SL", "endsWith": "SL", "role": "stop" } ]""", "bad_entry", "[0]" },
        { """[ { "contains": "SL" } ]""", "bad_choice", "[0].role" },
        { """[ { "contains": "SL", "role": "external" } ]""", "bad_choice", "[0].role" },
        { """[ { "contains": "S", "role": "stop" } ]""", "bad_value", "[0].contains" },
        { """[ { "contains": 12, "role": "stop" } ]""", "bad_value", "[0].contains" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Mistake_is_an_error_with_its_place(string text, string rule, string field)
    {
        var read = OrderIdTable.Parse("f", text);
        Assert.False(read.IsOk);
        Assert.Equal((rule, field), (read.Errors[0].Rule, read.Errors[0].Field));
        Assert.Equal("f", read.Errors[0].File);
    }

    [Fact]
    public void Table_beside_the_configuration_is_read_and_its_mistakes_are_the_configurations()
    {
        var folder = Directory.CreateTempSubdirectory("strategyhost-ids-");
        try
        {
            var config = Path.Combine(folder.FullName, "c.json");
            File.WriteAllText(config, "{}");
            Assert.Equal(OrderClassifier.KnownPatterns, ConfigurationReader.Read(config, new Dictionary<string, string>()).Value.OrderIds);
            var table = Path.Combine(folder.FullName, OrderIdTable.FileName);
            File.WriteAllText(table, """[{ "contains": "mine", "role": "stop" }]""");
            Assert.Equal("mine", ConfigurationReader.Read(config, new Dictionary<string, string>()).Value.OrderIds[0].Part);
            File.WriteAllText(table, "[{}]");
            Assert.Equal(table, ConfigurationReader.Read(config, new Dictionary<string, string>()).Errors[0].File);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
