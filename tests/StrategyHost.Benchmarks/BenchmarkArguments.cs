using System.Globalization;

namespace StrategyHost.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkArguments(string What)
{
    public string Engine { get; init; } = "auto";

    /// <summary>Runs after the cold one; of latency, orders that are placed, moved and cancelled. Null: not said.</summary>
    public int? Runs { get; init; }

    /// <summary>The core that both programs are pinned to.</summary>
    public int Core { get; init; } = Math.Min(1, Environment.ProcessorCount - 1);
    public bool Json { get; init; }

    /// <summary>Of coverage: also with the exchange's rate limits.</summary>
    public bool Limits { get; init; }

    /// <summary>Null: not understood.</summary>
    public static BenchmarkArguments? Parse(string[] words)
    {
        if (words is not ["w1" or "w1b" or "w2" or "all" or "parts" or "latency" or "journal" or "coverage" or "views" or "performance" or "capital", ..])
        {
            return null;
        }

        BenchmarkArguments? read = new(words[0]);
        var rest = new Queue<string>(words.Skip(1));
        while (read is not null && rest.TryDequeue(out var option))
        {
            read = option switch
            {
                "--json" => read with { Json = true },
                "--limits" => read with { Limits = true },
                _ => rest.TryDequeue(out var value) ? read.With(option, value) : null,
            };
        }

        return read;
    }

    private BenchmarkArguments? With(string option, string value) => option switch
    {
        "--engine" when value is "auto" or "javascriptcore" or "jint" => this with { Engine = value },
        "--runs" when Count(value) > 0 => this with { Runs = Count(value) },
        "--core" when Count(value) >= 0 => this with { Core = Count(value) },
        _ => null,
    };

    private static int Count(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var count) ? count : -1;
}
