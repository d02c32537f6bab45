using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange.Saved;

namespace StrategyHost.Simulation.Exchange;

/// <summary>One account's wallet, margin in use, desks and used ids.</summary>
internal sealed class ExchangeAccount(AccountOptions options)
{
    public AccountId Id { get; } = options.Account;

    /// <summary>Mode and leverage of desks to come.</summary>
    public PositionMode PositionMode { get; set; } = options.PositionMode;
    public MarginMode MarginMode { get; } = options.MarginMode;
    public decimal Leverage { get; } = options.Leverage;

    /// <summary>Wallet balance in quote currency: start + realised − fees − funding, exactly.</summary>
    public decimal Balance { get; set; } = options.Balance;
    public decimal OrderMargin { get; set; }
    public decimal PositionMargin { get; set; }

    /// <summary>Orders so far, stops of positions included; the last one's number.</summary>
    public long OrdersMade { get; set; }

    /// <summary>Executions so far; the last one's number.</summary>
    public long Executions { get; set; }
    public List<Desk> Desks { get; } = [];
    public LinkIds LinkIds { get; } = new();

    /// <summary>Something of it may differ from what was saved last; also where no report said so, as when a trail moved.</summary>
    public bool IsChanged { get; set; } = true;

    public decimal Unrealised
    {
        get
        {
            var sum = 0m;
            foreach (var desk in Desks)
            {
                foreach (var position in desk.Positions)
                {
                    sum += position.Unrealised(desk.Market.Mark);
                }
            }

            return sum;
        }
    }

    /// <summary>What new orders may use: isolated positions lend nothing to others, cross ones do.</summary>
    public decimal Available =>
        Balance - OrderMargin - PositionMargin + (MarginMode == MarginMode.Cross ? Unrealised : 0m);

    public SavedAccount Save()
    {
        var ids = LinkIds.Newest;
        return new SavedAccount
        {
            Version = ExchangeState.Version,
            Account = Id.Name,
            PositionMode = PositionMode,
            MarginMode = MarginMode,
            Leverage = Leverage,
            Balance = Balance,
            OrderMargin = OrderMargin,
            PositionMargin = PositionMargin,
            Executions = Executions,
            OrdersMade = OrdersMade,
            LinkIdsFirst = LinkIds.First,
            LinkIdsCount = ids.Length,
            LinkIds = ids,
            Desks = [.. Desks.Select(d => d.Save())],
        };
    }

    /// <summary>Cross margin: a change anywhere moves the liquidation price of every position.</summary>
    public void TouchCross()
    {
        if (MarginMode != MarginMode.Cross)
        {
            return;
        }

        foreach (var desk in Desks)
        {
            desk.Market.IsTouched = true;
        }
    }
}
