using System.Text.Json;
using System.Text.Json.Nodes;
using StrategyHost.Emulator.Streams;

namespace StrategyHost.Emulator.Control;

/// <summary>
/// The faults in force. Requests, replies and messages ask it on their way; a fault counts what it matched and what it hit. Many threads
/// call it. Faults act in the order in which they were added.
/// </summary>
internal sealed class FaultTable(StreamHub hub, Func<long> now)
{
    private const long ReorderPatienceMs = 500;
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private long _count;

    /// <summary>Adds a fault; those of whole streams act on the streams that are open.</summary>
    public (string? Id, string? Problem) Add(JsonElement? body)
    {
        lock (_gate)
        {
            var (fault, problem) = Fault.Read(body, $"f{_count + 1}");
            if (fault is null)
            {
                return (null, problem);
            }

            _count++;
            var entry = new Entry(fault);
            _entries.Add(entry);
            if (fault.Action is FaultAction.CloseStream or FaultAction.HalfOpen && fault.Match.After == 0)
            {
                ActOnOpen(entry);
            }

            return (fault.Id, null);
        }
    }

    /// <summary>Removes one fault, or all; what it holds back is let go. The number removed.</summary>
    public int Remove(string? id)
    {
        lock (_gate)
        {
            var gone = _entries.FindAll(e => id is null || e.Fault.Id == id);
            foreach (var entry in gone)
            {
                Flush(entry, long.MaxValue);
            }

            _entries.RemoveAll(gone.Contains);
            return gone.Count;
        }
    }

    public JsonObject List()
    {
        lock (_gate)
        {
            var rows = _entries.Select(e =>
            {
                var row = e.Fault.Asked.DeepClone().AsObject();
                row["id"] = e.Fault.Id;
                row["hits"] = e.Hits;
                return (JsonNode)row;
            });
            return new JsonObject { ["faults"] = new JsonArray([.. rows]) };
        }
    }

    /// <summary>The faults that hit a request. The stream is null for REST; a trade request has the path of its REST twin.</summary>
    public IReadOnlyList<Fault> OnRequest(string? account, string path, string? stream)
    {
        lock (_gate)
        {
            var hit = new List<Fault>();
            foreach (var entry in _entries)
            {
                var (fault, match) = (entry.Fault, entry.Fault.Match);
                var isMeant = fault.IsOfRequests && match.Topic is null && match.MeansAccount(account)
                    && (match.Stream is null || match.Stream == stream)
                    && (match.MeansPath(path) || (stream is not null && match.MeansPath("/v5/" + stream)));
                if (!isMeant)
                {
                    continue;
                }

                if (fault.Action == FaultAction.Ban && entry.BannedUntilMs > now())
                {
                    hit.Add(fault);
                }
                else if (entry.Counts())
                {
                    entry.BannedUntilMs = now() + fault.Ms;
                    hit.Add(fault);
                }
            }

            return hit;
        }
    }

    /// <summary>The frames to send in place of this one, each with its delay in ms.</summary>
    public IReadOnlyList<(byte[] Frame, int DelayMs)> OnMessage(StreamConnection connection, string topic, byte[] frame)
    {
        lock (_gate)
        {
            if (_entries.Count == 0)
            {
                return [(frame, 0)];
            }

            List<(byte[] Frame, int DelayMs)> frames = [(frame, 0)];
            foreach (var entry in _entries)
            {
                var match = entry.Fault.Match;
                if (!entry.Fault.IsOfRequests && frames.Count > 0 && MeansStream(match, connection) && match.MeansTopic(topic))
                {
                    frames = Act(entry, connection, frames);
                }
            }

            return frames;
        }
    }

    /// <summary>Lets go what a reorder has held for too long, since nothing came to overtake it.</summary>
    public void FlushHeld()
    {
        lock (_gate)
        {
            foreach (var entry in _entries)
            {
                Flush(entry, now() - ReorderPatienceMs);
            }
        }
    }

    private static bool MeansStream(FaultMatch match, StreamConnection connection) =>
        match.MeansAccount(connection.Account?.Key) && (match.Stream is null || match.Stream == connection.KindName)
        && match.MeansPath(connection.Path);

    private static void Flush(Entry entry, long olderThanMs)
    {
        foreach (var (connection, held) in entry.Held.ToArray())
        {
            if (held.SinceMs <= olderThanMs)
            {
                entry.Held.Remove(connection);
                held.Frames.ForEach(f => connection.Write(f));
            }
        }
    }

    private void ActOnOpen(Entry entry)
    {
        var meant = hub.All().Where(c => MeansStream(entry.Fault.Match, c)
            && (entry.Fault.Match.Topic is null || hub.Topics(c).Any(entry.Fault.Match.MeansTopic))).ToArray();
        if (meant.Length == 0 || !entry.Counts())
        {
            return;
        }

        foreach (var connection in meant)
        {
            if (entry.Fault.Action == FaultAction.CloseStream)
            {
                connection.Close();
            }
            else
            {
                entry.HalfOpen.Add(connection);
            }
        }
    }

    private List<(byte[] Frame, int DelayMs)> Act(Entry entry, StreamConnection connection, List<(byte[] Frame, int DelayMs)> frames)
    {
        var fault = entry.Fault;
        if (entry.HalfOpen.Contains(connection))
        {
            return [];
        }

        if (fault.Action == FaultAction.Reorder && entry.Held.TryGetValue(connection, out var held))
        {
            held.Frames.AddRange(frames.Select(f => f.Frame));
            if (held.Frames.Count < fault.Window)
            {
                return [];
            }

            entry.Held.Remove(connection);
            return [.. held.Frames.AsEnumerable().Reverse().Select(f => (f, 0))];
        }

        if (!entry.Counts())
        {
            return frames;
        }

        switch (fault.Action)
        {
            case FaultAction.CloseStream:
                connection.Close();
                return [];
            case FaultAction.HalfOpen:
                entry.HalfOpen.Add(connection);
                return [];
            case FaultAction.DropMessage:
                return [];
            case FaultAction.Duplicate:
                return [.. frames, .. frames];
            case FaultAction.Reorder:
                entry.Held.Add(connection, new HeldFrames(now(), [.. frames.Select(f => f.Frame)]));
                return [];
            case FaultAction.Delay:
                return [.. frames.Select(f => (f.Frame, f.DelayMs + fault.Ms))];
            case FaultAction.Truncate:
                return [.. frames.Select(f => (f.Frame[..Math.Min(fault.Bytes, f.Frame.Length)], f.DelayMs))];
            case FaultAction.DropRequest or FaultAction.DropReply or FaultAction.Status or FaultAction.RetCode or FaultAction.Ban
                or FaultAction.Clock:
            default:
                return frames; // faults of requests are not asked here
        }
    }

    private sealed class Entry(Fault fault)
    {
        private int _seen;

        public Fault Fault { get; } = fault;
        public int Hits { get; private set; }
        public long BannedUntilMs { get; set; }
        public HashSet<StreamConnection> HalfOpen { get; } = [];
        public Dictionary<StreamConnection, HeldFrames> Held { get; } = [];

        /// <summary>Takes one match into account; true when it is hit.</summary>
        public bool Counts()
        {
            var isHit = _seen++ >= Fault.Match.After && (Fault.Match.Count < 0 || Hits < Fault.Match.Count);
            Hits += isHit ? 1 : 0;
            return isHit;
        }
    }

    private sealed record HeldFrames(long SinceMs, List<byte[]> Frames);
}
