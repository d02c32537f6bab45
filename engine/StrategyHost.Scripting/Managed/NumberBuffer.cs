using Jint;
using Jint.Native;
using Jint.Native.Object;

namespace StrategyHost.Scripting.Managed;

/// <summary>The shared buffer, or a column of candles, as Jint sees it: an object whose index properties read and write the host's array
/// without a copy. Only the prelude holds one, and only with index names.</summary>
internal sealed class NumberBuffer(Engine engine, double[] cells) : ObjectInstance(engine)
{
    public override JsValue Get(string propertyName) => new(cells[Index(propertyName)]);

    public override void Put(string propertyName, JsValue value, bool throwOnError) =>
        cells[Index(propertyName)] = value.IsNumber() ? value.AsNumber() : Jint.Runtime.TypeConverter.ToNumber(value);

    private static int Index(string name)
    {
        var index = 0;
        foreach (var c in name)
        {
            index = (index * 10) + (c - '0');
        }

        return index;
    }
}
