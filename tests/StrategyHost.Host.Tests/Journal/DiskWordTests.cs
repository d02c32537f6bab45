using StrategyHost.Core.Domain;
using StrategyHost.Host.Journal;

namespace StrategyHost.Host.Tests.Journal;

public sealed class DiskWordTests
{
    /// <summary>Who says what (w writer, o way out; + it works, - it objects) → what is told: the objection's rule, or "ok".</summary>
    public static TheoryData<string, string> Words => new()
    {
        { "w+ o+", "" },
        { "w- w+", "full ok" },
        { "o- o+", "slow ok" },
        { "o- w+ o+", "slow ok" }, // the writer took something, the request still waits
        { "w- o+ w+", "full ok" },
        { "o- w- w+ o+", "slow full slow ok" },
        { "w- o- w+ w+ o+ o+", "full slow ok" },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void Account_has_its_journal_while_neither_writer_nor_way_out_objects(string said, string told)
    {
        var heard = new List<string>();
        var disk = new DiskWord(problem => heard.Add(problem?.Rule ?? "ok"));
        foreach (var word in said.Split(' '))
        {
            var isWriter = word[0] == 'w';
            var problem = word[1] == '+' ? null : new Error { Rule = isWriter ? "full" : "slow", Message = "test" };
            (isWriter ? (Action<Error?>)disk.Writer : disk.WayOut)(problem);
        }

        Assert.Equal(told, string.Join(' ', heard));
    }
}
