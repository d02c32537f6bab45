using System.Diagnostics.CodeAnalysis;

namespace StrategyHost.Core.Domain;

/// <summary>
/// One problem as people and machines read it (contracts §1): what, where, and the rule that was broken. Foreign failures and bad input
/// are values of this kind; only our own bugs are exceptions.
/// </summary>
public sealed record Error
{
    public string? File { get; init; }
    public int? Line { get; init; }
    public int? Column { get; init; }

    /// <summary>Byte offset in <see cref="File"/>, for binary and compressed data.</summary>
    public long? Offset { get; init; }
    public string? Field { get; init; }
    public string? Value { get; init; }

    /// <summary>Stable machine-readable code such as <c>stop_wrong_side</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>What is wrong and what to do, one sentence each.</summary>
    public required string Message { get; init; }

    /// <summary>One line: <c>file:line:column: message</c>.</summary>
    public override string ToString()
    {
        var place = File is null ? "" : File + (Line is null ? "" : $":{Line}") + (Column is null ? "" : $":{Column}")
            + (Offset is null ? "" : $" at byte {Offset}") + ": ";
        return place + Message;
    }
}

/// <summary>A value or the errors that prevented it; never both.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, IReadOnlyList<Error> errors)
    {
        _value = value;
        Errors = errors;
    }

    public IReadOnlyList<Error> Errors { get; }

    [MemberNotNullWhen(true, nameof(_value))]
    public bool IsOk => Errors is null || Errors.Count == 0;

    /// <summary>The value. Throws when there are errors: asking without having looked is a bug.</summary>
    public T Value => IsOk ? _value : throw new InvalidOperationException(string.Join("; ", Errors));

    public static Result<T> Ok(T value) => new(value, []);
    public static Result<T> Failed(params IReadOnlyList<Error> errors) => new(default, errors);
    public static implicit operator Result<T>(T value) => Ok(value);
    public static implicit operator Result<T>(Error error) => Failed(error);
}
