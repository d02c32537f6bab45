using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>The hash sees every value of a saved state and nothing else.</summary>
public sealed class StateHashTests
{
    private static readonly SavedAccount Account = (SavedAccount)Made(typeof(SavedAccount), 1)!;
    private static readonly SavedPlan Plan = (SavedPlan)Made(typeof(SavedPlan), 1)!;

    [Fact]
    public void Every_property_however_deep_is_in_the_hash()
    {
        var before = StateHash.Of(new SavedEngine { Accounts = [Account], Plans = [Plan] });
        foreach (var (path, changed) in Changes(Account, "account").Concat(Changes(Plan, "plan")))
        {
            var after = changed is SavedAccount account
                ? StateHash.Of(new SavedEngine { Accounts = [account], Plans = [Plan] })
                : StateHash.Of(new SavedEngine { Accounts = [Account], Plans = [(SavedPlan)changed] });
            Assert.True(before != after, $"{path} is not in the hash");
        }
    }

    [Fact]
    public void Zeros_behind_a_decimal_and_the_order_of_plans_do_not_count()
    {
        var other = Plan with { Number = 77 };
        Assert.Equal(
            StateHash.Of(new SavedEngine { Plans = [Plan with { Atr = 1.5m }, other] }),
            StateHash.Of(new SavedEngine { Plans = [other, Plan with { Atr = 1.500m }] }));
        Assert.Equal(64, StateHash.Of(SavedEngine.Empty).Length);
    }

    /// <summary>The value with one thing changed, for each thing in it.</summary>
    private static IEnumerable<(string Path, object Changed)> Changes(object value, string path)
    {
        foreach (var property in Properties(value.GetType()))
        {
            foreach (var (below, changed) in Others(property.GetValue(value), property.PropertyType, $"{path}.{property.Name}"))
            {
                var copy = Copy(value);
                property.SetValue(copy, changed);
                yield return (below, copy);
            }
        }
    }

    private static IEnumerable<(string Path, object? Changed)> Others(object? value, Type type, string path)
    {
        if (value is IList list)
        {
            yield return (path + " empty", Array.CreateInstance(list[0]!.GetType(), 0));
            foreach (var (below, changed) in Others(list[0], list[0]!.GetType(), path + "[0]"))
            {
                var copy = Array.CreateInstance(list[0]!.GetType(), 1);
                copy.SetValue(changed, 0);
                yield return (below, copy);
            }
        }
        else if (Leaf(Nullable.GetUnderlyingType(type) ?? type, 2) is { } leaf)
        {
            yield return (path, leaf);
        }
        else
        {
            foreach (var (below, changed) in Changes(value!, path))
            {
                yield return (below, changed);
            }
        }
    }

    private static object? Made(Type type, int seed)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var list = Array.CreateInstance(type.GetGenericArguments()[0], 1);
            list.SetValue(Made(type.GetGenericArguments()[0], seed), 0);
            return list;
        }

        if (Leaf(type, seed) is { } leaf)
        {
            return leaf;
        }

        var made = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in Properties(type))
        {
            property.SetValue(made, Made(property.PropertyType, seed));
        }

        return made;
    }

    private static object? Leaf(Type type, int seed) => type switch
    {
        _ when type == typeof(string) => $"text{seed}",
        _ when type == typeof(bool) => seed == 1,
        _ when type == typeof(int) => seed,
        _ when type == typeof(long) => (long)seed,
        _ when type == typeof(decimal) => (decimal)seed,
        _ when type == typeof(double) => (double)seed,
        _ when type == typeof(Price) => new Price(seed),
        _ when type == typeof(Quantity) => new Quantity(seed),
        _ when type == typeof(Timestamp) => new Timestamp(seed),
        _ when type.IsEnum => Enum.GetValues(type).GetValue(seed - 1),
        _ => null,
    };

    private static object Copy(object value)
    {
        var copy = RuntimeHelpers.GetUninitializedObject(value.GetType());
        foreach (var property in Properties(value.GetType()))
        {
            property.SetValue(copy, property.GetValue(value));
        }

        return copy;
    }

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(p => p.CanWrite && p.GetIndexParameters().Length == 0);
}
