using System.Globalization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Writes what happened into the list that the caller drains, and numbers the orders of each account S1, S2 … and its executions E1, E2 …:
/// scripts and records show those, and must not show what another account does.
/// </summary>
internal sealed class ReportWriter
{
    private const int MaxIdLength = 20;

    public List<ExchangeReport> Reports { get; } = new(256);
    public static string OrderIdText(long number) => Text('S', number);
    public static long NextOrderNumber(Desk desk) => ++desk.Account.OrdersMade;

    public void Order(ExchangeOrder order, string reason = "")
    {
        order.UpdatedMs = order.Desk.Market.NowMs;
        Add(order.Desk.Account, new OrderReport
        {
            Account = order.Desk.Account.Id,
            At = new Timestamp(order.UpdatedMs),
            Symbol = order.Desk.Market.Instrument.Symbol,
            OrderId = order.Id,
            ClientOrderId = order.ClientOrderId,
            Status = order.Status,
            Side = order.Side,
            Type = order.Type,
            Quantity = new Quantity(order.Quantity),
            FilledQuantity = new Quantity(order.Filled),
            Price = Optional(order.Price),
            TriggerPrice = order.Trigger?.Price,
            AveragePrice = order.AveragePrice,
            PositionIdx = order.PositionIdx,
            ReduceOnly = order.ReduceOnly,
            StopOrderType = order.StopOrderType,
            Reason = reason,
        });
    }

    public void Fill(ExchangeOrder order, in Execution execution, in Booking booking)
    {
        var instrument = order.Desk.Market.Instrument;
        var slip = order.ReferencePrice == 0 ? 0 : execution.Price - order.ReferencePrice;
        Add(order.Desk.Account, new FillReport
        {
            Account = order.Desk.Account.Id,
            At = new Timestamp(order.Desk.Market.NowMs),
            Symbol = instrument.Symbol,
            ExecutionId = new ExecutionId(Text('E', ++order.Desk.Account.Executions)),
            OrderId = order.Id,
            ClientOrderId = order.ClientOrderId,
            Side = order.Side,
            Price = new Price(execution.Price),
            Quantity = new Quantity(booking.Quantity),
            Fee = booking.Fee,
            FeeRate = booking.FeeRate,
            IsMaker = execution.IsMaker,
            PositionIdx = order.PositionIdx,
            ExecType = execution.Type,
            StopOrderType = order.StopOrderType,
            ClosedQuantity = new Quantity(booking.Closed),
            RealisedPnl = booking.Realised,
            Slippage = slip == 0 ? 0m : Money.Cash(Money.Value(booking.Quantity, order.Side == Side.Buy ? slip : -slip)),
        });
    }

    public void Position(ExchangePosition position)
    {
        Add(position.Desk.Account, new PositionReport
        {
            Account = position.Desk.Account.Id,
            At = new Timestamp(position.Desk.Market.NowMs),
            Symbol = position.Desk.Market.Instrument.Symbol,
            PositionIdx = position.Idx,
            Side = position.Side,
            Size = new Quantity(position.Size),
            AveragePrice = position.Average,
            StopLoss = Optional(position.StopLoss),
            TakeProfit = Optional(position.TakeProfit),
            TrailingDistance = Optional(position.Trailing.Distance),
        });
    }

    public void Funding(ExchangePosition position, decimal amount, decimal rate) => Add(position.Desk.Account, new FundingReport
    {
        Account = position.Desk.Account.Id,
        At = new Timestamp(position.Desk.Market.NowMs),
        Symbol = position.Desk.Market.Instrument.Symbol,
        PositionIdx = position.Idx,
        Amount = amount,
        Rate = rate,
    });

    public void Wallet(ExchangeAccount account, long atMs) => Add(account, new WalletReport
    {
        Account = account.Id,
        At = new Timestamp(atMs),
        Balance = account.Balance,
    });

    public void Refusal(Desk desk, RequestKind request, ClientOrderId id, in Refusal refusal) =>
        Add(desk.Account, Refused(desk, request, refusal) with { ClientOrderId = id });

    public void StopRefusal(Desk desk, PositionIdx leg, in Refusal refusal) =>
        Add(desk.Account, Refused(desk, RequestKind.TradingStop, refusal) with { PositionIdx = leg });

    private static RefusalReport Refused(Desk desk, RequestKind request, in Refusal refusal) => new()
    {
        Account = desk.Account.Id,
        At = new Timestamp(desk.Market.NowMs),
        Request = request,
        Symbol = desk.Market.Instrument.Symbol,
        Code = refusal.Code,
        Text = refusal.Text,
    };

    /// <summary>Whom a report names may have changed.</summary>
    private void Add(ExchangeAccount account, ExchangeReport report)
    {
        account.IsChanged = true;
        Reports.Add(report);
    }

    private static string Text(char letter, long number)
    {
        Span<char> text = stackalloc char[MaxIdLength];
        text[0] = letter;
        number.TryFormat(text[1..], out var length, provider: CultureInfo.InvariantCulture);
        return new string(text[..(length + 1)]);
    }

    private static Price? Optional(long price) => price == 0 ? null : new Price(price);
}

/// <summary>Why a request is refused, in Bybit's retCode and words; code 0: it is not.</summary>
public readonly record struct Refusal(int Code, string Text)
{
    public static readonly Refusal None;
    public bool IsRefused => Code != 0;
}

/// <summary>A match as the matching found it.</summary>
internal readonly record struct Execution(long Price, long Quantity, bool IsMaker, ExecType Type = ExecType.Trade);

/// <summary>What an execution did to the account.</summary>
internal readonly record struct Booking(long Quantity, long Closed, decimal Realised, decimal Fee, decimal FeeRate);
