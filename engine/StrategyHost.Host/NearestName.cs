namespace StrategyHost.Host;

/// <summary>Finds the name that a mistyped one most likely meant, for messages only.</summary>
internal static class NearestName
{
    /// <summary>
    /// The candidate with the fewest edits (as <see cref="Core.Domain.NearestName.Distance"/> counts them), or null where more than a third
    /// of the letters would change. The first of equals wins.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        string? best = null;
        var fewest = Math.Max(2, name.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            var edits = Core.Domain.NearestName.Distance(name, candidate);
            if (edits < fewest && edits < candidate.Length)
            {
                (best, fewest) = (candidate, edits);
            }
        }

        return best;
    }

    /// <summary>A sentence to append to a message: <c> Did you mean 'x'?</c>, or nothing.</summary>
    public static string Hint(string name, IEnumerable<string> candidates) =>
        Find(name, candidates) is { } nearest ? $" Did you mean '{nearest}'?" : "";
}
