using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Risk;

/// <summary>
/// What the closed trades of one account say to its next entry (ADR 29 <c>risk.cooldown</c>, <c>risk.minExpectancy</c>). A trade is one
/// closing of a position or a part of it, as in the trade records; what neither wins nor loses ends a streak as a win does. 1. A cooldown
/// begins with the loss that completes the streak, and the next streak counts from nothing. 2. The expectancy is that of the newest trades;
/// before there are enough it is not known and nothing is kept out. 3. Limits are off where they are not set, and then nothing is kept.
/// </summary>
public sealed class TradeLatches(RiskSettings settings)
{
    public const string Cooldown = "risk:cooldown";
    public const string Expectancy = "risk:expectancy";

    private readonly Queue<decimal> _results = [];
    private int _streak;
    private Timestamp? _coolsUntil;

    /// <summary>As a value; set where a run goes on.</summary>
    public TradeLatchState State
    {
        get => new(_streak, _coolsUntil, [.. _results]);
        set
        {
            (_streak, _coolsUntil) = (value.Streak, value.CoolsUntil);
            _results.Clear();
            foreach (var result in value.Results.TakeLast(settings.MinExpectancy?.Trades ?? 0))
            {
                _results.Enqueue(result);
            }
        }
    }

    /// <summary>Takes a trade that closed with a net result; the code of the limit that it reached, null when it reached none.</summary>
    public string? Closes(decimal net, Timestamp at)
    {
        var wasBelow = IsBelow;
        if (settings.MinExpectancy is { } rule)
        {
            _results.Enqueue(net);
            if (_results.Count > rule.Trades)
            {
                _results.Dequeue();
            }
        }

        if (settings.Cooldown is { } cooldown)
        {
            _streak = net < 0 ? _streak + 1 : 0;
            if (_streak >= cooldown.Losses)
            {
                (_streak, _coolsUntil) = (0, at.AddMs(cooldown.Ms));
                return Cooldown;
            }
        }

        return IsBelow && !wasBelow ? Expectancy : null;
    }

    /// <summary>Up to when losses in a row keep entries out, were it now; null: they do not.</summary>
    public Timestamp? CoolsUntil(Timestamp at) => _coolsUntil > at ? _coolsUntil : null;

    /// <summary>Average net result of the last trades; null: there are not enough, or nobody asks.</summary>
    public decimal? Average =>
        settings.MinExpectancy is { } rule && _results.Count >= rule.Trades ? _results.Sum() / _results.Count : null;

    /// <summary>The limits that keep entries out at a moment, by their codes.</summary>
    public IReadOnlyList<string> Reached(Timestamp at) =>
        [.. CoolsUntil(at) is not null ? [Cooldown] : Array.Empty<string>(), .. IsBelow ? [Expectancy] : Array.Empty<string>()];

    /// <summary>A person lets entries go on: the streak and the trades count anew.</summary>
    public void Release(Timestamp at)
    {
        if (CoolsUntil(at) is not null)
        {
            (_streak, _coolsUntil) = (0, null);
        }

        if (IsBelow)
        {
            _results.Clear();
        }
    }

    private bool IsBelow => Average < settings.MinExpectancy?.Least;
}

/// <summary>
/// What <see cref="TradeLatches"/> remember: losses in a row so far, the end of the last cooldown, net results of the last trades.
/// </summary>
public sealed record TradeLatchState(int Streak, Timestamp? CoolsUntil, IReadOnlyList<decimal> Results)
{
    public static readonly TradeLatchState Fresh = new(0, null, []);
}
