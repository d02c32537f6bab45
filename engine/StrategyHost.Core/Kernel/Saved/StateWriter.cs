using System.Globalization;
using System.Text;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>Writes values one after another so that two texts are equal only where all values are.</summary>
internal sealed class StateWriter
{
    private readonly StringBuilder _text = new();

    public StateWriter Number(long? value) => value is { } number ? Plain(number) : Nothing();

    public StateWriter Flag(bool value) => Plain(value ? 1 : 0);

    /// <summary>Without the zeros behind the last decimal: 1.50 and 1.5 are one amount.</summary>
    public StateWriter Money(decimal? value)
    {
        if (value is not { } money)
        {
            return Nothing();
        }

        _text.Append(CultureInfo.InvariantCulture, $"{money / 1.0000000000000000000000000000m};");
        return this;
    }

    /// <summary>With its length before it, so that no text can look like two.</summary>
    public StateWriter Text(string? value)
    {
        if (value is null)
        {
            return Nothing();
        }

        _text.Append(CultureInfo.InvariantCulture, $"{value.Length}:").Append(value).Append(';');
        return this;
    }

    public StateWriter Each<T>(IReadOnlyList<T> values, Func<StateWriter, T, StateWriter> add)
    {
        Plain(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            add(this, values[i]);
        }

        return this;
    }

    public StateWriter Some<T>(T? value, Func<StateWriter, T, StateWriter> add)
        where T : class => value is null ? Nothing() : add(this, value);

    public StateWriter Maybe<T>(T? value, Func<StateWriter, T, StateWriter> add)
        where T : struct => value is { } present ? add(this, present) : Nothing();

    public StateWriter Said<T>(Said<T> value, Func<StateWriter, T, StateWriter> add)
        where T : class => Flag(value.IsSaid).Some(value.Value, add);

    public override string ToString() => _text.ToString();

    private StateWriter Plain(long value)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{value};");
        return this;
    }

    private StateWriter Nothing()
    {
        _text.Append("~;");
        return this;
    }
}
