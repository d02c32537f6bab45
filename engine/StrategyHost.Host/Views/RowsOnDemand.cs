using System.Collections;

namespace StrategyHost.Host.Views;

/// <summary>
/// Rows of a document that are made when somebody reads them and not kept: of a thousand only one is there at a time. <c>make</c> must give
/// the same row each time.
/// </summary>
internal sealed class RowsOnDemand<T>(int count, Func<int, T> make) : IReadOnlyList<T>
{
    public int Count => count;

    public T this[int index] => index >= 0 && index < count ? make(index) : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < count; i++)
        {
            yield return make(i);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
