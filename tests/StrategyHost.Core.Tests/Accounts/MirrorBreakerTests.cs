using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Tests.Accounts;

/// <summary>The breaker of the mirror's entries as a table: what happened, in seconds, and how it then stands.</summary>
public sealed class MirrorBreakerTests
{
    /// <summary>
    /// "f5": a request failed at 5 s; "a5": refused for the key; "r5": a race; "e5": an entry went through; "s5": an entry sent at 5 s was
    /// taken. Then the state, and whether an entry may go through at the given second.
    /// </summary>
    public static TheoryData<string, string, BreakerState, long, bool> Stories => new()
    {
        { "fresh", "", BreakerState.Closed, 0, true },
        { "four failures", "f1 f2 f3 f4", BreakerState.Closed, 4, true },
        { "five failures", "f1 f2 f3 f4 f5", BreakerState.Open, 34, false },
        { "five failures, thirty seconds later", "f1 f2 f3 f4 f5", BreakerState.Open, 35, true },
        { "five failures over more than the window", "f1 f9 f17 f25 f31", BreakerState.Closed, 31, true },
        { "window slides", "f1 f9 f17 f25 f31 f32", BreakerState.Open, 32, false },
        { "a key that is refused", "a1", BreakerState.Open, 30, false },
        { "races are no failures", "r1 r1 r1 r1 r1 r1", BreakerState.Closed, 1, true },
        { "failures while open move nothing", "a1 f20 f25", BreakerState.Open, 31, true },
        { "one tries", "a1 e31", BreakerState.HalfOpen, 32, false },
        { "the one that tries has thirty seconds", "a1 e31", BreakerState.HalfOpen, 61, true },
        { "the one that tried was taken", "a1 e31 s31", BreakerState.Closed, 31, true },
        { "an older one was taken", "a1 e31 s0", BreakerState.HalfOpen, 32, false },
        { "an older one was taken while open", "e0 a1 s0", BreakerState.Open, 2, false },
        { "the one that tried failed", "a1 e31 f32", BreakerState.Open, 61, false },
        { "and thirty seconds later", "a1 e31 f32", BreakerState.Open, 62, true },
        { "closed again, failures are counted anew", "f1 f2 f3 f4 f5 e35 s35 f36 f37 f38 f39", BreakerState.Closed, 39, true },
        { "entries while closed change nothing", "e1 e2 s1 f3", BreakerState.Closed, 3, true },
    };

    [Theory]
    [MemberData(nameof(Stories))]
    public void Breaker_stands_as_the_story_says(string name, string story, BreakerState state, long atSeconds, bool allows)
    {
        var breaker = Tell(story);
        Assert.True(state == breaker.State, $"{name}: {breaker}");
        Assert.True(allows == breaker.Allows(new Timestamp(atSeconds * 1000)), $"{name}: {breaker}");
    }

    [Theory]
    [InlineData(10003)]
    [InlineData(10004)]
    [InlineData(10005)]
    [InlineData(10010)]
    [InlineData(33004)]
    public void Authentication_error_opens_it_at_once_and_is_named(int code)
    {
        var breaker = MirrorBreaker.Fresh.Failed(new Timestamp(1), code);
        Assert.Equal((BreakerState.Open, code), (breaker.State, breaker.Code));
    }

    private static MirrorBreaker Tell(string story) => story.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(
        MirrorBreaker.Fresh,
        (breaker, word) =>
        {
            var at = new Timestamp(1000 * long.Parse(word.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture));
            return word[0] switch
            {
                'f' => breaker.Failed(at, 110007),
                'a' => breaker.Failed(at, 10003),
                'r' => breaker.Failed(at, 110001),
                'e' => breaker.Entered(at),
                's' => breaker.Succeeded(at),
                _ => throw new ArgumentException(word, nameof(story)),
            };
        });
}
