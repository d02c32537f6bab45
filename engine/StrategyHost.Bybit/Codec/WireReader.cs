using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Codec;

/// <summary>
/// Takes the fields of one message and collects what is wrong with them, so that a bad message gives all its errors at once. Taking never
/// throws; a missing or bad field gives a placeholder that <see cref="Done"/> keeps from being used.
/// </summary>
internal sealed class WireReader(string source)
{
    private readonly List<Error> _errors = [];

    public Price Price(decimal? value, string field) => new(Units(value, field));

    public Quantity Quantity(decimal? value, string field) => new(Units(value, field));

    /// <summary>The exchange writes "none" as an empty text or as zero.</summary>
    public Price? PriceOrNone(decimal? value, string field) => value is null or 0 ? null : Price(value, field);

    public long Units(decimal? value, string field)
    {
        if (value is not { } known)
        {
            return Missing<long>(field);
        }

        if (known >= 0 && FixedPoint.TryUnits(known) is { } units)
        {
            return units;
        }

        return Bad<long>(field, known, "is not a number from 0 to 9.2e9 with at most 9 decimals");
    }

    public decimal Amount(decimal? value, string field) => value ?? Missing<decimal>(field);

    public Timestamp Time(long? ms, string field) => ms is { } known ? new Timestamp(known) : Missing<Timestamp>(field);

    public long Number(long? value, string field) => value ?? Missing<long>(field);

    public string Text(string? value, string field) => string.IsNullOrEmpty(value) ? Missing<string>(field) ?? "" : value;

    public T Bad<T>(string field, object? value, string rule)
    {
        _errors.Add(new Error
        {
            File = source,
            Field = field,
            Value = value?.ToString(),
            Rule = "wire_value",
            Message = $"{field} {rule}. Report the message and read the state again.",
        });
        return default!;
    }

    public Result<T> Done<T>(Func<T> make) => _errors.Count == 0 ? Result<T>.Ok(make()) : Result<T>.Failed([.. _errors]);

    private T? Missing<T>(string field)
    {
        _errors.Add(new Error
        {
            File = source,
            Field = field,
            Rule = "wire_missing",
            Message = $"{field} is missing. Report the message and read the state again.",
        });
        return default;
    }
}
