using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Tests.Domain;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "abc", 0)]
    [InlineData("ABC", "abc", 0)]
    [InlineData("abc", "ab", 1)]
    [InlineData("abc", "abd", 1)]
    [InlineData("abc", "acb", 1)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("stopLoss", "stop_loss", 1)]
    public void Distance_counts_slips(string a, string b, int expected) => Assert.Equal(expected, NearestName.Distance(a, b));

    [Fact]
    public void Nearest_of_equals_is_the_first() => Assert.Equal("ab", NearestName.Of("a", ["ab", "ac"]));

    [Fact]
    public void Nothing_known_gives_nothing()
    {
        Assert.Null(NearestName.Of("a", []));
        Assert.Equal("", NearestName.Question("a", []));
    }

    [Fact]
    public void Distance_is_symmetric_and_bounded() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<NonNull<string>>(), (a, b) =>
        {
            var distance = NearestName.Distance(a.Get, b.Get);
            return distance == NearestName.Distance(b.Get, a.Get) && distance <= Math.Max(a.Get.Length, b.Get.Length)
                && NearestName.Distance(a.Get, a.Get) == 0;
        }));

    [Fact]
    public void Hostile_names_cost_little() =>
        Assert.Equal(NearestName.ComparedLength, NearestName.Distance(new string('x', 5_000_000), "tag"));
}
