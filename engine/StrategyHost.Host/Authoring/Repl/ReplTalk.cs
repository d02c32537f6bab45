using System.Text.Json;
using StrategyHost.Host.Commands;

namespace StrategyHost.Host.Authoring.Repl;

/// <summary>One line of a talk: what was typed (empty: the host spoke of itself), and its answer or its refusal.</summary>
internal sealed record ReplEntry(string Input, string Text, bool IsError);

/// <summary>
/// Reads and answers; what was said is kept for the one document of <c>--json</c>. Progress rests before a line is said or awaited: a bar
/// that is still drawn would stand where somebody types.
/// </summary>
internal sealed class ReplTalk(CommandContext context, Action restProgress) : IDisposable
{
    private readonly List<ReplEntry> _entries = [];
    private readonly CancellationTokenSource _ended = new();

    /// <summary>Nobody asks any more: the replay may stop.</summary>
    public CancellationToken Ended => _ended.Token;
    public bool HasEnded => _ended.IsCancellationRequested;

    /// <summary>Null: nobody says more. An interrupt while the talk waits is a way to leave it, as the end of the lines is.</summary>
    public string? Read()
    {
        restProgress();
        try
        {
            return context.ReadLine();
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public void Say(string text) => Add(new ReplEntry("", text, false), text);

    public void Answer(string input, string text) => Add(new ReplEntry(input, text, false), text);

    public void Refuse(string input, string text) => Add(new ReplEntry(input, text, true), "error: " + text);

    public void End() => _ended.Cancel();

    public void Dispose() => _ended.Dispose();

    public void Write(Utf8JsonWriter writer, string strategy)
    {
        writer.WriteStartObject();
        writer.WriteString("strategy", strategy);
        writer.WriteStartArray("entries");
        foreach (var entry in _entries)
        {
            writer.WriteStartObject();
            if (entry.Input.Length > 0)
            {
                writer.WriteString("input", entry.Input);
            }

            writer.WriteString(entry.IsError ? "error" : "output", entry.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void Add(ReplEntry entry, string line)
    {
        _entries.Add(entry);
        restProgress();
        context.Tell(line);
    }
}
