using System.Text;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Import;

/// <summary>The errors of all readers: one place for their rules and wording.</summary>
internal static class ImportErrors
{
    public static Error Unreadable(string file, string why) =>
        new() { File = file, Rule = "unreadable", Message = $"the file cannot be read: {why}" };

    public static Error Empty(string file) =>
        new() { File = file, Line = 1, Rule = "empty_file", Message = "the file is empty; download or export it again" };

    public static Error HeaderOnly(string file) =>
        new() { File = file, Line = 1, Rule = "no_rows", Message = "the file has a header but no rows; download or export it again" };

    public static Error MissingColumn(string file, string column, string header) => new()
    {
        File = file,
        Line = 1,
        Field = column,
        Value = header,
        Rule = "missing_column",
        Message = $"the header has no column {column}; the first line must name the columns",
    };

    public static Error ColumnCount(string file, long line, int expected, int got) => new()
    {
        File = file,
        Line = (int)line,
        Value = got.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Rule = "column_count",
        Message = $"the row has {got} columns where the header has {expected}",
    };

    public static Error Field(string file, long line, string field, ReadOnlySpan<byte> value, (string Rule, string Message) problem) =>
        new()
        {
            File = file,
            Line = (int)line,
            Field = field,
            Value = Text(value),
            Rule = problem.Rule,
            Message = $"{field} is {(value.IsEmpty ? "empty" : Text(value))}: {problem.Message}",
        };

    public static Error Broken(string file, long offset, long rows, bool truncated, string why) => new()
    {
        File = file,
        Offset = offset,
        Rule = truncated ? "truncated" : "corrupt",
        Message = $"the compressed data {(truncated ? "end early" : "are damaged")} near byte {offset} ({why}); "
            + $"{rows} rows before that are good; download the file again, or keep them explicitly",
    };

    public static Error LineTooLong(string file, long line, int bytesMax) => new()
    {
        File = file,
        Line = (int)line,
        Rule = "line_too_long",
        Message = $"the line is longer than {bytesMax} bytes; this is not a file of rows",
    };

    public static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.Length > 80 ? value[..80] : value);
}
