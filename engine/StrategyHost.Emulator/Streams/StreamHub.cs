using StrategyHost.Emulator.Rest;

namespace StrategyHost.Emulator.Streams;

/// <summary>The open WebSockets. Many threads call it; a list is copied under its lock and used outside.</summary>
internal sealed class StreamHub
{
    private readonly Lock _gate = new();
    private readonly List<StreamConnection> _open = [];

    public void Add(StreamConnection connection)
    {
        lock (_gate)
        {
            _open.Add(connection);
        }
    }

    public void Remove(StreamConnection connection)
    {
        lock (_gate)
        {
            _open.Remove(connection);
        }
    }

    public IReadOnlyList<StreamConnection> Open(StreamKind kind)
    {
        lock (_gate)
        {
            return _open.FindAll(c => c.Kind == kind);
        }
    }

    public IReadOnlyList<StreamConnection> All()
    {
        lock (_gate)
        {
            return [.. _open];
        }
    }

    public bool IsSubscribed(StreamConnection connection, string topic)
    {
        lock (_gate)
        {
            return connection.Topics.Contains(topic);
        }
    }

    public IReadOnlyList<string> Topics(StreamConnection connection)
    {
        lock (_gate)
        {
            return [.. connection.Topics];
        }
    }

    public void Subscribe(StreamConnection connection, IEnumerable<string> topics)
    {
        lock (_gate)
        {
            connection.Topics.UnionWith(topics);
        }
    }

    public void Unsubscribe(StreamConnection connection, IEnumerable<string> topics)
    {
        lock (_gate)
        {
            connection.Topics.ExceptWith(topics);
        }
    }

    /// <summary>Every topic that some public connection wants.</summary>
    public HashSet<string> PublicTopics()
    {
        lock (_gate)
        {
            return _open.Where(c => c.Kind == StreamKind.Public).SelectMany(c => c.Topics).ToHashSet(StringComparer.Ordinal);
        }
    }

    /// <summary>Private connections of a user.</summary>
    public IReadOnlyList<StreamConnection> PrivateOf(long uid)
    {
        lock (_gate)
        {
            return _open.FindAll(c => c.Kind == StreamKind.Private && c.Account is { } account && account.Uid == uid);
        }
    }

    public void Publish(string topic, byte[] frame)
    {
        foreach (var connection in Open(StreamKind.Public))
        {
            if (IsSubscribed(connection, topic))
            {
                connection.Deliver(topic, frame);
            }
        }
    }

    /// <summary>A key was changed or taken away: its connections see the new account.</summary>
    public void Renew(EmulatedAccount account)
    {
        foreach (var connection in All().Where(c => c.Account?.Key == account.Key))
        {
            connection.Account = account;
        }
    }
}
