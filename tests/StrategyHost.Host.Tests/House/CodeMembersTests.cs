namespace StrategyHost.Host.Tests.House;

/// <summary>The house's own measuring tape must be right before it measures.</summary>
public sealed class CodeMembersTests
{
    private const string Sample = """"
        using System;
        namespace A;
        /// <summary>Not { a brace.</summary>
        public sealed record Order(int A, int B, int C, int D, int E, int F);
        internal sealed class Box(string a, Func<int, int> b)
        {
            private static int _count;
            private static readonly (int, int) Pair = (1, 2);
            public (int X, int Y) Place(int x, Dictionary<string, int> y, (int, int) z)
            {
                var text = $"{x} }} {"in\"ner"} {{";
                var raw = """ } } """;
                if (x > 0) { return (1, '}'); }
                return (2, 3);
            }

            public int Size { get; init; } = 3;
            public static Box operator <(Box a, Box b) => a;
            [Obsolete("x")]
            public int Arrow(int one) => one switch
            {
                1 => 2,
                _ => 3,
            };
        }
        """";

    [Fact]
    public void Members_AreFound_WithLinesAndParameters()
    {
        var members = CodeMembers.Of(Sample).Select(m => (m.Head.Split('\n')[0].TrimEnd(), m.Lines, m.Parameters)).ToList();

        Assert.Equal(
            [
                ("public sealed record Order(int A, int B, int C, int D, int E, int F)", 0, 6),
                ("private static int _count", 1, -1),
                ("private static readonly (int, int) Pair", 1, -1),
                ("public (int X, int Y) Place(int x, Dictionary<string, int> y, (int, int) z)", 7, 3),
                ("public int Size", 1, -1),
                ("public static Box operator <(Box a, Box b)", 1, 2),
                ("public int Arrow(int one)", 6, 1),
                ("internal sealed class Box(string a, Func<int, int> b)", 0, 2),
            ],
            members);
    }
}
