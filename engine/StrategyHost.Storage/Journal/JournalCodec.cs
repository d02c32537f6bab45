using System.Diagnostics;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// Inputs and effects as rows and back. 1. Every <see cref="EngineInput"/> but market data, every <see cref="ExchangeReport"/> and every
/// <see cref="Effect"/> has its entry in the table (a test looks). 2. Decode(Encode(x)) equals x; of a script call only its
/// <see cref="CallNote"/> is kept, so those three come back as their notes. Pure and thread-safe.
/// </summary>
public static class JournalCodec
{
    /// <summary>Inputs that go to tick segments: their step numbers are gaps in the journal.</summary>
    public static IReadOnlySet<Type> MarketInputs { get; } = new HashSet<Type>
    {
        typeof(KlinesClosed), typeof(KlineChanged), typeof(TradesPrinted), typeof(BookChanged), typeof(MarkChanged),
    };

    private static readonly Dictionary<Type, JournalKind> Kinds = JournalKinds.All.ToDictionary(k => k.Type);
    private static readonly Dictionary<string, JournalKind> KindsByName =
        JournalKinds.All.ToDictionary(k => k.Name, StringComparer.Ordinal);

    /// <summary>Whether something of this type can be written.</summary>
    public static bool Writes(Type type) => Kinds.ContainsKey(type);

    /// <summary>How many parts of a step its input takes; effects are counted from there.</summary>
    public static int PartsOf(EngineInput input) => input is Reported { Reports.Count: > 1 and var count } ? count : 1;

    /// <summary>The row of an input other than market data, of a report of an input, or of an effect.</summary>
    public static JournalRow Encode(JournalStamp stamp, object what)
    {
        if (!Kinds.TryGetValue(what.GetType(), out var kind))
        {
            throw new UnreachableException($"the journal has no codec for {what.GetType().Name}");
        }

        return kind.Columns(what, new JournalRow
        {
            Stamp = stamp,
            Kind = kind.Name,
            Body = kind.Write(what),
        });
    }

    /// <summary>
    /// What was encoded; or <see cref="ScriptReturnedNote"/>, <see cref="ScriptOverdueNote"/>, <see cref="CallScriptNote"/>. An error where
    /// the row is of a kind or a shape that this program does not know.
    /// </summary>
    public static Result<object> Decode(JournalRow row)
    {
        if (row.Version > JournalRow.CurrentVersion || !KindsByName.TryGetValue(row.Kind, out var kind))
        {
            return Unknown(row, $"this program does not know {row.Kind} of version {row.Version}; read it with the program that wrote it");
        }

        try
        {
            return Result<object>.Ok(kind.Read(row.Body));
        }
        catch (Exception problem) when (problem is JsonException or FormatException or OverflowException)
        {
            return Unknown(row, $"the body is no {row.Kind} ({problem.Message}); the file was changed by another program: put back a copy");
        }
    }

    private static Error Unknown(JournalRow row, string why) => new()
    {
        Field = "body",
        Value = row.Kind,
        Rule = "journal_record",
        Message = $"record {row.Stamp.Seq}/{row.Stamp.Part} cannot be read: {why}",
    };
}

/// <summary>How one type is written, read, and found again.</summary>
internal sealed record JournalKind(
    string Name, Type Type, Func<object, string> Write, Func<string, object> Read, Func<object, JournalRow, JournalRow> Columns);
