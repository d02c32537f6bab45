using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Orders;

public sealed class OrderTagTests
{
    private static readonly FsCheck.Gen<OrderTag> Tags =
        from account in Gen.Elements(AccountId.Main, AccountId.Mirror)
        from installation in Gen.Elements("0000", "7K2Z", "ABCD")
        from strategy in Gen.Choose(0, 32_767)
        from plan in Gen.Choose(0, int.MaxValue)
        from role in Gen.Elements(Enum.GetValues<OrderRole>())
        from index in Gen.Choose(0, 31)
        from generation in Gen.OneOf(Gen.Choose(0, 1023), Gen.Choose(1024, 33_554_431), Gen.Elements(1023, 1024, 33_554_431))
        select new OrderTag(account, installation, strategy, plan, role, index, generation);

    [Fact]
    public void What_was_written_is_read_again_and_fits_the_exchange() => Markets.Holds(Tags, tag =>
    {
        var id = tag.Write().Value;
        Assert.True(id.Length <= 36 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'), id);
        Assert.True(OrderTag.TryRead(id, out var read));
        Assert.Equal(tag, read);
    });

    [Fact]
    public void Different_parts_give_different_ids() => Markets.Holds(
        from first in Tags
        from second in Tags
        select (first, second),
        test => Assert.Equal(test.first == test.second, test.first.Write() == test.second.Write()));

    [Fact]
    public void Any_single_changed_character_is_refused() => Markets.Holds(
        from tag in Tags
        from place in Gen.Choose(0, tag.Write().Value.Length - 1)
        from letter in Gen.Elements("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_".ToCharArray())
        select (tag, place, letter),
        test =>
        {
            var id = test.tag.Write().Value.ToCharArray();
            var same = id[test.place] == test.letter;
            id[test.place] = test.letter;
            Assert.Equal(same, OrderTag.TryRead(new string(id), out _));
        },
        5000);

    [Theory]
    [InlineData("S1M0000-000-0000001-E000J", 0)]
    [InlineData("S1M0000-000-0000001-E0ZZE", 1023)]
    public void Ids_of_before_the_longer_generation_are_read_and_written_as_they_were(string id, int generation)
    {
        Assert.True(OrderTag.TryRead(id, out var tag));
        Assert.Equal((generation, id), (tag.Generation, tag.Write().Value));
    }

    [Fact]
    public void A_million_orders_of_one_role_have_ids_within_the_limit()
    {
        var id = new OrderTag(AccountId.Main, "7K2Z", 1, 1, OrderRole.Exit, 0, 1_000_000).Write().Value;
        Assert.InRange(id.Length, 1, 28);
    }

    [Theory]
    [InlineData("")]
    [InlineData("my-order-1")]
    [InlineData("S1M0000-000-0000001-E001U")]
    [InlineData("S1M0000-000-0000001-E001000000000000")]
    public void Foreign_ids_are_not_ours(string id) => Assert.False(OrderTag.TryRead(id, out _));

    [Fact]
    public void Counter_that_does_not_fit_is_an_error_and_never_another_orders_id() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new OrderTag(AccountId.Main, "0000", 0, 1, OrderRole.Exit, 0, 33_554_432).Write());
}
