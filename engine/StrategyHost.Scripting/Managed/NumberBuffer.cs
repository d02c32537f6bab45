using System.Globalization;
using Jint;
using Jint.Native;
using Jint.Native.Object;

namespace StrategyHost.Scripting.Managed;

/// <summary>The shared buffer as Jint sees it: an object whose index properties read and write the host's array without a copy.</summary>
internal sealed class NumberBuffer(Engine engine, double[] cells) : ObjectInstance(engine)
{
    public override JsValue Get(string propertyName) => new(cells[int.Parse(propertyName, CultureInfo.InvariantCulture)]);

    public override void Put(string propertyName, JsValue value, bool throwOnError) =>
        cells[int.Parse(propertyName, CultureInfo.InvariantCulture)] = Jint.Runtime.TypeConverter.ToNumber(value);
}
