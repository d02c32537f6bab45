using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Accounts;

/// <summary>
/// What has not been sent yet, in order. A newer amendment of the same order, or a newer trading-stop of the same position, joins the older
/// one that still waits, unless something else on that symbol stands between them: then order counts. Nothing else is ever replaced.
/// Thread-safe; one reader.
/// </summary>
internal sealed class RequestQueue : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<AccountEffect> _waiting = [];
    private readonly SemaphoreSlim _count = new(0);

    public void Add(AccountEffect effect)
    {
        lock (_lock)
        {
            if (Join(effect))
            {
                return;
            }

            _waiting.Add(effect);
        }

        _count.Release();
    }

    /// <summary>Puts requests that had to wait for an order back, before everything else.</summary>
    public void AddFirst(IReadOnlyList<AccountEffect> effects)
    {
        if (effects.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            _waiting.InsertRange(0, effects);
        }

        _count.Release(effects.Count);
    }

    public async Task<AccountEffect> TakeAsync(CancellationToken cancellation)
    {
        await _count.WaitAsync(cancellation).ConfigureAwait(false);
        lock (_lock)
        {
            var first = _waiting[0];
            _waiting.RemoveAt(0);
            return first;
        }
    }

    public void Dispose() => _count.Dispose();

    public static Symbol SymbolOf(AccountEffect effect) => effect switch
    {
        PlaceOrder place => place.Request.Symbol,
        AmendOrder amend => amend.Amendment.Symbol,
        CancelOrder cancel => cancel.Symbol,
        SetTradingStop stop => stop.Wanted.Symbol,
        _ => throw new ArgumentException("only requests to an exchange are sent to it", nameof(effect)),
    };

    /// <summary>The order that a request is about; none for a trading-stop.</summary>
    public static ClientOrderId OrderOf(AccountEffect effect) => effect switch
    {
        PlaceOrder place => place.Request.ClientOrderId,
        AmendOrder amend => amend.Amendment.ClientOrderId,
        CancelOrder cancel => cancel.Id,
        _ => ClientOrderId.None,
    };

    private bool Join(AccountEffect effect)
    {
        var symbol = SymbolOf(effect);
        var at = _waiting.FindLastIndex(w => SymbolOf(w) == symbol);
        if (at < 0 || Joined(_waiting[at], effect) is not { } joined)
        {
            return false;
        }

        _waiting[at] = joined;
        return true;
    }

    // A null field means "leave it", so what the older one wanted and the newer one leaves is still wanted.
    private static AccountEffect? Joined(AccountEffect older, AccountEffect newer) => (older, newer) switch
    {
        (AmendOrder { Amendment: var a }, AmendOrder { Amendment: var b }) when a.ClientOrderId == b.ClientOrderId =>
            new AmendOrder(newer.Account, b with
            {
                Quantity = b.Quantity ?? a.Quantity,
                Price = b.Price ?? a.Price,
                TriggerPrice = b.TriggerPrice ?? a.TriggerPrice,
                StopLoss = b.StopLoss ?? a.StopLoss,
                TakeProfit = b.TakeProfit ?? a.TakeProfit,
            }),
        (SetTradingStop { Wanted: var a }, SetTradingStop { Wanted: var b }) when CanJoin(a, b) =>
            new SetTradingStop(newer.Account, b with
            {
                StopLoss = b.StopLoss ?? a.StopLoss,
                StopLossBy = b.StopLoss is null ? a.StopLossBy : b.StopLossBy,
                TakeProfit = b.TakeProfit ?? a.TakeProfit,
                TakeProfitBy = b.TakeProfit is null ? a.TakeProfitBy : b.TakeProfitBy,
                TrailingDistance = b.TrailingDistance ?? a.TrailingDistance,
                ActivationPrice = b.TrailingDistance is null ? a.ActivationPrice : b.ActivationPrice,
            }),
        _ => null,
    };

    // Each Partial call adds orders of its own and replaces nothing (bybit-v5 §4.3).
    private static bool CanJoin(TradingStop a, TradingStop b) =>
        a.PositionIdx == b.PositionIdx && a.Mode == TpslMode.Full && b.Mode == TpslMode.Full;
}
