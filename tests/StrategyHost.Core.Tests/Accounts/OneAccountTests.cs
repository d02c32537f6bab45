using System.Collections;
using System.Reflection;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Core.Tests.Accounts;

/// <summary>
/// S004-15: accounts are never aggregated. No method of this assembly takes two accounts' things, but the few that relate the mirror to main;
/// none of those gives a figure of money.
/// </summary>
public sealed class OneAccountTests
{
    /// <summary>Rule 13's exception: the mirror's quantities follow main's.</summary>
    private static readonly string[] Mirroring =
    [
        nameof(MirrorDesk), nameof(MirrorEntries), nameof(MirrorGate), nameof(MirrorMeter), nameof(MirrorSync), nameof(MirrorPolicy),
        nameof(TrancheMerge), nameof(SignalDesk), nameof(OrderDesk), "EngineView", "EngineSaves", nameof(QuietDesk), nameof(Readiness),
        nameof(ScriptNews), "MarketMoves", "GroupCheck", "HoldRules", nameof(EngineKernel),
    ];

    /// <summary>They take one account and what its own exchange shows of it.</summary>
    private static readonly string[] Comparing = [nameof(AccountAudit), nameof(AuditedPositions)];

    private static readonly Type[] OfAnAccount =
    [
        typeof(AccountKernel), typeof(AccountBooks), typeof(AccountHistory), typeof(AccountPerformance), typeof(PerformanceBook),
        typeof(PerformanceFigures), typeof(ObservedAccount), typeof(OrderStatistics), typeof(AccountSetup), typeof(AccountId),
    ];

    [Fact]
    public void No_method_but_the_mirrors_takes_two_accounts()
    {
        var found = typeof(AccountKernel).Assembly.GetTypes()
            .Where(t => !Mirroring.Concat(Comparing).Any(m => t.Name == m || t.DeclaringType?.Name == m) && !IsRecordOfTwo(t))
            .SelectMany(t => t.GetMembers(All | BindingFlags.DeclaredOnly).OfType<MethodBase>())
            .Where(m => !m.Name.StartsWith("op_", StringComparison.Ordinal) && m.Name is not ("Equals" or "Deconstruct"))
            .Where(m => m.GetParameters().Sum(p => Accounts(p.ParameterType)) > 1)
            .Select(m => $"{m.DeclaringType!.Name}.{m.Name}");

        Assert.Equal("", string.Join(' ', found));
    }

    [Fact]
    public void No_record_of_results_has_room_for_a_second_account()
    {
        Type[] records =
        [
            typeof(TradeRecord), typeof(OrderRecord), typeof(OpenOrder), typeof(OrderStatistics), typeof(AccountHistory), typeof(AccountPerformance),
            typeof(PerformanceFigures), typeof(BooksState),
        ];
        foreach (var record in records)
        {
            Assert.True(record.GetProperties().Count(p => p.PropertyType == typeof(AccountId)) <= 1, record.Name);
        }
    }

    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    /// <summary>What a kernel is made from names both accounts' set-ups.</summary>
    private static bool IsRecordOfTwo(Type type) => type == typeof(EngineOptions) || type.Name.StartsWith('<');

    private static int Accounts(Type type) => OfAnAccount.Contains(type) ? 1
        : type.IsArray ? 2 * Accounts(type.GetElementType()!)
        : type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type) && !typeof(IDictionary).IsAssignableFrom(type)
            ? 2 * type.GetGenericArguments().Sum(Accounts) : 0;
}
