using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Storage.Tests.Journal;

/// <summary>
/// Makes a value of any message type from a seed, every property set, and compares two of them by all their properties: new properties are
/// in both without a change here.
/// </summary>
internal sealed class AnyRecord(int seed)
{
    private const int DepthMax = 4;
    private static readonly Type[] Calls =
        [.. typeof(ScriptCall).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(ScriptCall)) && !t.IsAbstract)];

    private static readonly string[] Texts =
        ["", "BTCUSDT", "S1M8KQ2-001-0000001-E0010", "quote \" and \\ and \n", "наценка", "a\ud83d\ude00b", "half \ud83d", "\ude00 half", "$", "\0"];

    private readonly Random _random = new(seed);

    public object Make(Type type) => Made(type, 0)!;

    /// <summary>Where two values differ; null: nowhere.</summary>
    public static string? Difference(object? a, object? b, string path = "")
    {
        if (a is null || b is null || a.GetType() != b.GetType())
        {
            return a is null && b is null ? null : a is IEnumerable and not string && b is IEnumerable ? Lists(a, b, path) : $"{path}: {a} / {b}";
        }

        return a switch
        {
            double x => BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits((double)b) || double.IsNaN(x) == double.IsNaN((double)b)
                && double.IsNaN(x) ? null : $"{path}: {a} / {b}",
            ScriptValue x => Values(x, (ScriptValue)b, path),
            TimeZoneInfo x => x.Id == ((TimeZoneInfo)b).Id && x.HasSameRules((TimeZoneInfo)b) ? null : $"{path}: {a} / {b}",
            string or decimal or IConvertible => a.Equals(b) ? null : $"{path}: {a} / {b}",
            IEnumerable => Lists(a, b, path),
            _ => Properties(a.GetType()).Select(p => Difference(p.GetValue(a), p.GetValue(b), path + "." + p.Name)).FirstOrDefault(d => d is not null),
        };
    }

    private object? Made(Type type, int depth)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return _random.Next(3) == 0 ? null : Made(inner, depth);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var reports = type.GetGenericArguments()[0] == typeof(ExchangeReport); // they have rows of their own
            var list = Array.CreateInstance(type.GetGenericArguments()[0], reports ? 0 : _random.Next(4));
            for (var i = 0; i < list.Length; i++)
            {
                list.SetValue(Made(type.GetGenericArguments()[0], depth + 1), i);
            }

            return list;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>))
        {
            return Activator.CreateInstance(type, [.. type.GetGenericArguments().Select(t => Made(t, depth + 1))]);
        }

        return type.IsEnum ? Enum.GetValues(type).GetValue(_random.Next(Enum.GetValues(type).Length)) : Simple(type, depth) ?? Composed(type, depth);
    }

    private object? Simple(Type type, int depth) => type switch
    {
        _ when type == typeof(string) => Texts[_random.Next(Texts.Length)],
        _ when type == typeof(bool) => _random.Next(2) == 0,
        _ when type == typeof(int) => _random.Next(int.MinValue, int.MaxValue),
        _ when type == typeof(long) => Long(),
        _ when type == typeof(double) => Number(),
        _ when type == typeof(decimal) => new decimal(_random.Next(), _random.Next(), _random.Next(), _random.Next(2) == 0, (byte)_random.Next(29)),
        _ when type == typeof(Price) => new Price(Long()),
        _ when type == typeof(Quantity) => new Quantity(Long()),
        _ when type == typeof(Timestamp) => new Timestamp(Long()),
        _ when type == typeof(ScriptValue) => Value(depth),
        _ when type == typeof(ScriptCall) => Made(Calls[_random.Next(Calls.Length)], depth),
        _ when type == typeof(ScriptView) => ScriptView.Empty,
        _ when type == typeof(Interval) => new Interval(15),
        _ when type == typeof(NoEntryWindow) => Made(_random.Next(2) == 0 ? typeof(WeeklyNoEntry) : typeof(EventNoEntry), depth),
        _ when type == typeof(TimeZoneInfo) => TimeZoneInfo.FindSystemTimeZoneById(_random.Next(2) == 0 ? "UTC" : "America/New_York"),
        _ when type == typeof(IReadOnlyDictionary<Symbol, ProtectionSpec>) => Enumerable.Range(0, _random.Next(3))
            .ToDictionary(i => new Symbol($"S{i}USDT"), _ => (ProtectionSpec)Made(typeof(ProtectionSpec), depth + 1)!),
        _ when type == typeof(KlineBlock) => KlineBlocks.Of(new Symbol("BTCUSDT"), new Interval(1), [new Kline(Long(), 1, 1, 1, 1, 1, 1)]),
        _ when type == typeof(TradeBlock) => new TradeBlock(new Symbol("BTCUSDT"), [Long()], [1], [1], [1]),
        _ => null,
    };

    private object? Composed(Type type, int depth)
    {
        if (type.IsArray || type == typeof(double[]))
        {
            return null;
        }

        var made = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in Properties(type))
        {
            property.SetValue(made, Optional(property) && _random.Next(3) == 0 ? null : Made(property.PropertyType, depth + 1));
        }

        return made;
    }

    private ScriptValue Value(int depth) => _random.Next(depth > DepthMax ? 6 : 8) switch
    {
        0 => ScriptValue.Undefined,
        1 => ScriptValue.Null,
        2 => ScriptValue.Of(_random.Next(2) == 0),
        3 => ScriptValue.Of(Number()),
        4 => ScriptValue.Of(Texts[_random.Next(Texts.Length)]),
        5 => ScriptValue.Unsupported(Texts[_random.Next(Texts.Length)]),
        6 => ScriptValue.Of([.. Enumerable.Range(0, _random.Next(4)).Select(_ => Value(depth + 1))]),
        _ => ScriptValue.Of([.. Enumerable.Range(0, _random.Next(4)).Select(_ =>
            new KeyValuePair<string, ScriptValue>(Texts[_random.Next(Texts.Length)], Value(depth + 1)))]),
    };

    private double Number() => _random.Next(6) switch
    {
        0 => double.NaN,
        1 => double.NegativeInfinity,
        2 => -0.0,
        3 => double.Epsilon,
        _ => BitConverter.Int64BitsToDouble(Long()) is var x && double.IsNaN(x) ? 0.1 : x,
    };

    private long Long() => _random.Next(4) == 0 ? _random.Next(-3, 3) : _random.NextInt64(long.MinValue, long.MaxValue);

    private static string? Values(ScriptValue a, ScriptValue b, string path) =>
        a.Kind != b.Kind ? $"{path}: {a.Kind} / {b.Kind}"
        : Difference(a.Number, b.Number, path) ?? (a.Kind is ScriptValueKind.Text or ScriptValueKind.Unsupported ? Difference(a.Text, b.Text, path)
            : a.Kind == ScriptValueKind.Array ? Lists(a.Items, b.Items, path)
            : a.Kind == ScriptValueKind.Object ? Lists(a.Fields, b.Fields, path) : null);

    private static string? Lists(object a, object b, string path)
    {
        object?[] left = [.. ((IEnumerable)a).Cast<object?>()];
        object?[] right = [.. ((IEnumerable)b).Cast<object?>()];
        return left.Length != right.Length ? $"{path}: {left.Length} / {right.Length}"
            : left.Select((x, i) => Difference(x, right[i], $"{path}[{i}]")).FirstOrDefault(d => d is not null);
    }

    private static bool Optional(PropertyInfo property) =>
        !property.PropertyType.IsValueType && new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;

    private static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.GetIndexParameters().Length == 0 && (p.CanWrite || type.IsGenericType));
}
