using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>
/// Whether a step may have changed of an account what must be saved. 1. Market, time and scripts alone do not. 2. What is told or sent for
/// the mirror alone is nothing to main: were main saved for it, its journal's commits, and with them its orders, would move (I-12). To the
/// mirror all is something: main leads it.
/// </summary>
internal static class Loudness
{
    public static bool Of(EngineInput input, AccountId account) => input switch
    {
        KlinesClosed or KlineChanged or TradesPrinted or BookChanged or MarkChanged or TimePassed => false,
        ScriptReturned or VersionInput => false,
        _ when account == AccountId.Mirror => true,
        Reported { Reports: var reports } => IsTold(reports),
        AccountShown shown => shown.Account != AccountId.Mirror,
        ReadinessChanged { Account: { } named } => named != AccountId.Mirror,
        OperatorAsked asked => asked.Account != AccountId.Mirror,
        MirrorSwitched => false,
        _ => true,
    };

    public static bool Of(Effect effect, AccountId account) => effect switch
    {
        CallScript or ScriptLogged => false,
        _ when account == AccountId.Mirror => true,
        AccountEffect request => request.Account != AccountId.Mirror,
        OrderClosed closed => closed.Order.Account != AccountId.Mirror,
        TradeClosed closed => closed.Trade.Account != AccountId.Mirror,
        _ => true,
    };

    private static bool IsTold(IReadOnlyList<ExchangeReport> reports)
    {
        for (var i = 0; i < reports.Count; i++)
        {
            if (reports[i].Account != AccountId.Mirror)
            {
                return true;
            }
        }

        return false;
    }
}
