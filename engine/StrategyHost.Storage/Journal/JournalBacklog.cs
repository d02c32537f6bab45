namespace StrategyHost.Storage.Journal;

/// <summary>Rows that the disk has not taken yet, up to a limit, and how many more there were. Thread-safe.</summary>
internal sealed class JournalBacklog(int max)
{
    private readonly Lock _gate = new();
    private List<JournalRow> _kept = [];
    private JournalStamp _lostAt;
    private long _lost;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _kept.Count == 0 && _lost == 0;
            }
        }
    }

    /// <summary>Everything, oldest first; what was lost comes as one row in the place of the first.</summary>
    public List<JournalRow> Take()
    {
        lock (_gate)
        {
            var rows = _kept;
            _kept = [];
            if (_lost > 0)
            {
                rows.Add(JournalCodec.Encode(_lostAt, new JournalGap(_lost)));
                _lost = 0;
            }

            return rows;
        }
    }

    /// <summary>Takes back what could not be written; what is beyond the limit is lost.</summary>
    public void Keep(List<JournalRow> rows)
    {
        lock (_gate)
        {
            foreach (var row in rows)
            {
                if (_kept.Count < max && _lost == 0)
                {
                    _kept.Add(row);
                }
                else
                {
                    var count = row.Kind == nameof(JournalGap) && JournalCodec.Decode(row).Value is JournalGap gap ? gap.Records : 1;
                    Count(row.Stamp, count);
                }
            }
        }
    }

    private void Count(JournalStamp stamp, long records)
    {
        _lostAt = _lost == 0 ? stamp : _lostAt;
        _lost += records;
    }
}
