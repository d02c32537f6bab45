using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Host.Live;

/// <summary>The newest alerts of one account of a run. Only the loop's thread writes; no member knows another account.</summary>
/// <param name="account">Whose it is.</param>
/// <param name="taken">Hears of each alert; must not wait.</param>
internal sealed class AccountRecord(AccountId account, Action<Alert>? taken = null)
{
    /// <summary>Alerts that are kept for the health document.</summary>
    private const int AlertsMax = 100;
    private readonly Queue<Alert> _alerts = [];

    public AccountId Account { get; } = account;

    /// <summary>The newest ones, oldest first.</summary>
    public IReadOnlyCollection<Alert> Alerts => _alerts;

    public void Take(Alert alert)
    {
        _alerts.Enqueue(alert);
        if (_alerts.Count > AlertsMax)
        {
            _alerts.Dequeue();
        }

        taken?.Invoke(alert);
    }
}
