using System.Buffers;
using System.Text;
using StrategyHost.Simulation.Backtest;

namespace StrategyHost.Simulation.Reports;

/// <summary>
/// <c>signals.csv</c>, the ledger of a run: one row per signal of all strategies in the order of the decisions, refused ones too, with what
/// became of it. <c>orders</c>: the orderLinkIds that the signal asked for, separated by spaces, as in <c>orders.csv</c>. The trades are
/// those of the plan that the signal opened. Sums stand apart by account.
/// </summary>
public static class SignalsCsv
{
    public const string Header = "signalId,time,strategy,symbol,callback,action,outcome,text,field,value,rule,tag,reason,orders,"
        + "mainFilled,mainTrades,mainNetPnl,mirrorFilled,mirrorTrades,mirrorNetPnl";

    private const int BytesPerRow = 160;
    private static readonly string[] Accounts = ["main", "mirror"];

    public static byte[] ToBytes(BacktestResult run)
    {
        using var buffer = new PooledBuffer((run.SignalLedger.Count + 1) * BytesPerRow);
        Write(buffer, run);
        return buffer.Written.ToArray();
    }

    private static void Write(IBufferWriter<byte> output, BacktestResult run)
    {
        Encoding.UTF8.GetBytes(Header + "\n", output);
        var csv = new CsvWriter(output);
        var consequences = new SignalConsequences(run);
        foreach (var signal in run.SignalLedger)
        {
            var orders = string.Join(' ', consequences.OrdersOf(signal.SignalId).Select(o => o.OrderLinkId));
            csv.Text(signal.SignalId).Time(signal.Time).Text(signal.Strategy.Name).Text(signal.Symbol.Name).Text(signal.Callback)
                .Text(signal.Action).Text(signal.Outcome).Text(signal.Text).Text(signal.Error?.Field).Text(signal.Error?.Value)
                .Text(signal.Error?.Rule).Text(signal.Tag).Text(signal.Reason).Text(orders);
            var followed = consequences.Of(signal.SignalId).ToArray();
            foreach (var account in Accounts)
            {
                var own = Array.Find(followed, c => c.Account.Name == account);
                csv.Number(own?.Filled ?? 0).Number(own?.Trades ?? 0).Number(own?.NetPnl ?? 0);
            }

            csv.EndRow();
        }
    }
}
