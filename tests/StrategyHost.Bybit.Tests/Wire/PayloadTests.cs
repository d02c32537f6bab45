using System.Collections;
using StrategyHost.Bybit.Wire;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Bybit.Tests.Wire;

public sealed class PayloadTests
{
    // Fields that stay unmapped on purpose. Empty: add "<field>" with the reason beside it.
    private static readonly HashSet<string> Excused = [];

    public static TheoryData<string> Read => [.. Files().Where(f => PayloadCatalogue.ReasonNotRead(f) is null)];

    [SharedTheory]
    [MemberData(nameof(Read))]
    public void Payload_parses_and_every_field_is_mapped(string file)
    {
        var reader = PayloadCatalogue.ReaderOf(file);
        Assert.True(reader is not null, "no wire type reads this payload, and no reason stands why");

        var parsed = reader(File.ReadAllText(SharedFolder.Path("data", "payloads", file)));

        Assert.NotNull(parsed);
        var unmapped = UnmappedOf(parsed, "").Except(Excused).ToArray();
        Assert.Empty(unmapped);
        Assert.NotEqual(0, ValuesOf(parsed));
    }

    [SharedFact]
    public void Enough_payloads_are_read_to_mean_something() => Assert.InRange(Read.Count, 60, 200);

    [Fact]
    public void A_field_that_no_property_takes_is_found_by_these_tests()
    {
        var reader = PayloadCatalogue.ReaderOf("docs/order_open-order.1.json");

        var parsed = reader!("""{"retCode":0,"result":{"list":[{"orderId":"1","newField":"x"}]}}""");

        Assert.Equal([".Result.List.newField"], UnmappedOf(parsed!, ""));
    }

    private static IEnumerable<string> Files()
    {
        if (SharedFolder.Root is null)
        {
            // A theory without rows would be reported as an error, not as skipped.
            return ["(absent)"];
        }

        var root = SharedFolder.Path("data", "payloads");
        return Directory.GetFiles(root, "*.json", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(root, f).Replace('\\', '/')).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> UnmappedOf(object node, string path)
    {
        if (node is IEnumerable list and not string)
        {
            return list.Cast<object>().Where(i => i is WireObject).SelectMany(i => UnmappedOf(i, path));
        }

        if (node is not WireObject row)
        {
            return [];
        }

        var own = row.Unmapped?.Keys.Select(k => path + "." + k) ?? [];
        return own.Concat(row.GetType().GetProperties().Where(p => p.Name != nameof(WireObject.Unmapped))
            .SelectMany(p => p.GetValue(row) is { } value ? UnmappedOf(value, path + "." + p.Name) : []));
    }

    private static int ValuesOf(WireObject row) => row.GetType().GetProperties().Count(p => p.GetValue(row) is not null);

    private static int ValuesOf(object row) => ValuesOf((WireObject)row);
}
