using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Backtest;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>What a scenario came to, of one account: main unless said.</summary>
internal sealed class Outcome(BacktestResult result, ScriptedStrategy script, AccountId? account = null)
{
    private readonly AccountId _account = account ?? AccountId.Main;

    public BacktestResult Result { get; } = result;
    public ScriptedStrategy Script { get; } = script;
    public Outcome Mirror => new(Result, Script, AccountId.Mirror);
    public AccountResult Account => Result.Accounts.Single(a => a.Account == _account);
    public IReadOnlyList<TradeRecord> Trades => [.. Result.Trades.Where(t => t.Account == _account)];
    public IReadOnlyList<OrderRecord> Orders => [.. Result.Orders.Where(o => o.Account == _account)];

    /// <summary>Closed parts as "long 1 100>105 take_profit".</summary>
    public Outcome Closes(params string[] trades)
    {
        Assert.Equal(trades, Trades.Select(t => FormattableString.Invariant(
            $"{t.Side.Text()} {t.Quantity} {t.EntryPrice:0.####}>{t.ExitPrice:0.####} {Text(t.ExitReason)}")));
        return this;
    }

    /// <summary>Orders as "entry market buy 1 filled".</summary>
    public Outcome Leaves(params string[] orders)
    {
        Assert.Equal(orders, Orders.Select(o => $"{o.Role} {o.Type} {o.Side.Text()} {o.Quantity} {o.Status}"));
        return this;
    }

    public Outcome IsFlat()
    {
        Assert.Equal(0, Account.OpenPositions);
        Assert.DoesNotContain(Orders, o => o.Status is "open" or "partial");
        return this;
    }

    public Outcome IsOpen()
    {
        Assert.Equal(1, Account.OpenPositions);
        return this;
    }

    public Outcome IsCovered()
    {
        Assert.Equal((0L, 100m), (Account.Coverage.NakedMs, Account.Coverage.MinPercent));
        return this;
    }

    /// <summary>Codes of the refused signals, in their order.</summary>
    public Outcome Refuses(params string[] codes)
    {
        Assert.Equal(codes, Result.SignalLedger.Where(s => s.Outcome != "accepted").Select(s => s.Outcome));
        return this;
    }

    /// <summary>An accepted signal of which something is to be said.</summary>
    public Outcome Notes(string code)
    {
        Assert.Contains(Result.SignalLedger, s => s.Outcome == "accepted" && s.Text.StartsWith(code, StringComparison.Ordinal));
        return this;
    }

    public Outcome Warns(string code)
    {
        Assert.Contains(Result.Warnings, w => w.Contains($"{_account} {code}", StringComparison.Ordinal));
        return this;
    }

    public Outcome NeverWarns()
    {
        Assert.Empty(Result.Warnings);
        return this;
    }

    /// <summary>The stop that ctx showed at each candle, "-" where there was none.</summary>
    public Outcome ShowsStops(params string[] stops)
    {
        Assert.Equal(stops, Script.Views.Select(v => v.Positions.Count == 0 || double.IsNaN(v.Positions[0].StopPrice)
            ? "-"
            : v.Positions[0].StopPrice.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return this;
    }

    private static string Text(ExitReason reason) => reason switch
    {
        ExitReason.StopLoss => "stop_loss",
        ExitReason.TrailingStop => "trailing_stop",
        ExitReason.TakeProfit => "take_profit",
        ExitReason.InstantTp => "instant_tp",
        _ => reason.ToString().ToLowerInvariant(),
    };
}
