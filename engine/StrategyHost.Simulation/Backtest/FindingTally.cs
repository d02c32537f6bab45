using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Simulation.Backtest;

/// <summary>Counts what is found on one account, code by code; the first of each keep their texts.</summary>
internal sealed class FindingTally
{
    private readonly SortedDictionary<string, Row> _rows = new(StringComparer.Ordinal);

    /// <summary>By code, in ordinal order.</summary>
    public IReadOnlyList<FoundUnder> All => [.. _rows.Select(r => new FoundUnder(r.Key, r.Value.Count, r.Value.Last, r.Value.Firsts))];

    public void Add(Alert finding)
    {
        if (!_rows.TryGetValue(finding.Code, out var row))
        {
            _rows.Add(finding.Code, row = new Row());
        }

        row.Count++;
        row.Last = finding.At;
        if (row.Firsts.Count < FoundUnder.FirstsMax)
        {
            row.Firsts.Add(new FoundAt(finding.At, finding.Text));
        }
    }

    private sealed class Row
    {
        public long Count { get; set; }
        public Timestamp Last { get; set; }
        public List<FoundAt> Firsts { get; } = [];
    }
}
