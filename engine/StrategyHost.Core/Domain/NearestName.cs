namespace StrategyHost.Core.Domain;

/// <summary>
/// The known name that a mistyped one most likely meant, for error messages. Case does not count; neighbouring letters that changed places
/// count as one slip. Ties go to the name that comes first.
/// </summary>
public static class NearestName
{
    /// <summary>Names are compared by their first characters only, so that a hostile name costs little.</summary>
    public const int ComparedLength = 48;

    /// <summary>The nearest of the known names; null only where none is known.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in known)
        {
            var distance = Distance(name, candidate);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary><c>Did you mean "stop_price"?</c>, or nothing where no name is known.</summary>
    public static string Question(string name, IEnumerable<string> known) =>
        Of(name, known) is { } nearest ? $" Did you mean \"{nearest}\"?" : "";

    /// <summary>Edits (insert, delete, replace, swap neighbours) from one name to the other.</summary>
    public static int Distance(string left, string right)
    {
        var a = Normal(left);
        var b = Normal(right);
        var beforeLast = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replace, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last, row) = (last, row, beforeLast);
        }

        return last[b.Length];
    }

    private static string Normal(string name) => (name.Length <= ComparedLength ? name : name[..ComparedLength]).ToLowerInvariant();
}
