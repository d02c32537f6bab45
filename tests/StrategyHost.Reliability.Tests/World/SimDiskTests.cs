using Xunit;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>The simulated disk keeps what a journal's writer keeps: what comes to be on it has all on it that was appended before.</summary>
public sealed class SimDiskTests
{
    [Fact]
    public void Crash_leaves_a_beginning_of_what_was_appended()
    {
        var kept = new HashSet<int>();
        for (var seed = 1UL; seed <= 300; seed++)
        {
            var time = new VirtualTime();
            var rates = new FaultRates().With(FaultKind.DiskFull, 0.1).With(FaultKind.DiskSlow, 0.3);
            var disk = new SimDisk("main", seed, time, new FaultPlan(seed, rates, new HashSet<Strike>()), Rank.Main);
            var (dice, appended) = (Dice.Of(seed, "appending"), new List<object>());
            for (var i = 0; i < 200; i++)
            {
                appended.Add(new Lives(i));
                if (i % 5 == 0)
                {
                    disk.Append(new JournalStamp(i + 1, 0, default), appended[^1], _ => { });
                }
                else
                {
                    disk.Append(new JournalStamp(i + 1, 0, default), appended[^1]);
                }

                for (var until = time.NowMs + dice.Int(1, 300); time.Next(until);)
                {
                    kept.Add(disk.Durable.Count);
                }
            }

            disk.Crash();
            Assert.Equal(appended.Take(disk.Durable.Count), disk.Durable.Select(r => r.What));
        }

        Assert.True(kept.Count > 50, "hardly anything was ever written");
    }

    [Fact]
    public void Crash_of_those_who_hear_of_a_commit_does_not_keep_it_twice()
    {
        for (var seed = 1UL; seed <= 30; seed++)
        {
            var time = new VirtualTime();
            var disk = new SimDisk("main", seed, time, new FaultPlan(seed, new FaultRates(), new HashSet<Strike>()), Rank.Main);
            disk.Append(new JournalStamp(1, 0, default), new Lives(1), _ => disk.Crash());
            while (time.Next(time.NowMs + 1000))
            {
                // what is due is done
            }

            Assert.Single(disk.Durable);
        }
    }
}
