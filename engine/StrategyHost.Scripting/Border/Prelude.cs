using StrategyHost.Core.Strategies;

namespace StrategyHost.Scripting.Border;

/// <summary>The JavaScript that both engines run first: one function expression of <c>host</c> that gives the dispatch function.</summary>
internal static class Prelude
{
    public const string File = "prelude.js";

    /// <summary>The prelude's text; <paramref name="isGuarded"/> adds what an engine without own limits on native loops needs.</summary>
    public static string Text(bool isGuarded)
    {
        var parts = string.Join("\n", ((string[])["sandbox", "ta", "border"]).Select(Read));
        var guard = isGuarded ? Read("guard") + "\n" : "";
        return "(function(host){'use strict';\n" + guard + parts + "\nreturn dispatch;\n})";
    }

    /// <summary>Writes offsets and seed, which the prelude reads while it is evaluated.</summary>
    public static void Initialise(Span<double> numbers, ScriptLimits limits)
    {
        ReadOnlySpan<int> offsets =
        [
            BorderLayout.View, BorderLayout.Stops, BorderLayout.Answer, BorderLayout.Answer + BorderLayout.AnswerCells, BorderLayout.Book,
            BorderLayout.ViewMarkets, limits.LogCharactersPerCall,
        ];
        for (var i = 0; i < offsets.Length; i++)
        {
            numbers[BorderLayout.Offsets + i] = offsets[i];
        }

        var state = (ulong)limits.Seed;
        for (var i = 0; i < 4; i += 2)
        {
            var mixed = SplitMix(ref state);
            numbers[BorderLayout.Seed + i] = (uint)mixed;
            numbers[BorderLayout.Seed + i + 1] = (uint)(mixed >> 32);
        }
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014): spreads any seed, zero included, over 64 bits.</summary>
    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static string Read(string part)
    {
        using var stream = typeof(Prelude).Assembly.GetManifestResourceStream($"Prelude.{part}.js")
            ?? throw new InvalidOperationException($"embedded prelude part {part} is missing");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
