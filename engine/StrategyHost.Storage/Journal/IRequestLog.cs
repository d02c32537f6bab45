using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// Where a request is written before it may leave. <see cref="JournalWriter"/> is the real one; simulations put a disk of their own there.
/// </summary>
public interface IRequestLog
{
    /// <summary>
    /// Takes a record; then <paramref name="written"/> is called once, in the order of appending, when it is committed (null) or could not
    /// be. Never called from within this call.
    /// </summary>
    void Append(JournalStamp stamp, object what, Action<Error?> written);
}
