using Microsoft.Data.Sqlite;

namespace StrategyHost.Host.Tests.Doctor;

/// <summary>Somebody has changed a record of a journal: SQLite finds nothing wrong with the file, the record's checksum does.</summary>
internal static class DamagedJournal
{
    public static void Make(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var change = connection.CreateCommand();
        change.CommandText = "DROP TRIGGER record_stays; UPDATE record SET body = body || ' ' WHERE id = (SELECT min(id) FROM record)";
        Assert.Equal(1, change.ExecuteNonQuery());
    }
}
