using System.Text.Json;
using System.Text.Json.Serialization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Risk;
using StrategyHost.Host.Commands;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Operating;

/// <summary>One request that was made while no host ran, and the accounts that have not taken it yet.</summary>
/// <param name="Id">Stands in the journal of each account that has taken it, so that none takes it twice.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="Asked">What was asked for.</param>
/// <param name="Left">Accounts that have not taken it.</param>
internal sealed record PendingHalt(string Id, Timestamp At, HaltRequest Asked, IReadOnlyList<AccountId> Left);

/// <summary>
/// What people asked for while no host ran: <c>halts.json</c> in the data directory. 1. A request stands there until each account that it
/// means has it in its journal; an account that is switched off meanwhile has it waiting. 2. The journal knows a request by its id, so that
/// a crash between the journal and this file has nothing taken twice. Who writes holds the directory. Thread-safe.
/// </summary>
internal sealed class PendingHalts
{
    public const string FileName = "halts.json";

    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly Lock _gate = new();
    private readonly string _directory;
    private readonly string _file;
    private List<PendingHalt> _waiting = [];

    /// <summary>Reads what is there.</summary>
    public PendingHalts(string directory)
    {
        (_directory, _file) = (directory, Path.Combine(directory, FileName));
        try
        {
            _waiting = File.Exists(_file) ? [.. Rows(File.ReadAllText(_file)).Select((r, i) => r.Pending(i))] : [];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            Problem = new Error
            {
                File = _file,
                Rule = "unreadable_halts",
                Message = $"what was halted while no host ran cannot be read: {problem.Message} Nothing is started; look at the file, "
                    + "delete it when nothing is to be halted, and start again",
            };
        }
    }

    /// <summary>Why the file cannot be read: what it says is not known, so nothing may start.</summary>
    public Error? Problem { get; }

    /// <summary>Requests that wait for an account and are not in its journal, in the order in which they were asked for.</summary>
    public IReadOnlyList<PendingHalt> Of(AccountId account) => Split(account).Waiting;

    /// <summary>As <see cref="Of"/>, and those that its journal has: the file has not heard of it.</summary>
    public (IReadOnlyList<PendingHalt> Waiting, IReadOnlyList<PendingHalt> Taken) Split(AccountId account)
    {
        PendingHalt[] all;
        lock (_gate)
        {
            all = [.. _waiting.Where(w => w.Left.Contains(account))];
        }

        if (all.Length == 0 || JournalReader.Open(JournalFile.PathOf(_directory, account.Name)) is not { IsOk: true, Value: var reader })
        {
            return (all, []);
        }

        using (reader)
        {
            var taken = all.Where(w => reader.HasTaken(w.Id, w.At)).ToArray();
            return ([.. all.Except(taken)], taken);
        }
    }

    /// <summary>
    /// Adds a request of accounts; whole or not at all. Throws <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.
    /// </summary>
    public void Add(HaltRequest asked, IReadOnlyList<AccountId> accounts, Timestamp at)
    {
        lock (_gate)
        {
            Write([.. _waiting, new PendingHalt(Guid.NewGuid().ToString("N"), at, asked, accounts)]);
        }
    }

    /// <summary>An account has taken these for good. Throws as <see cref="Add"/>; then they stand there as before.</summary>
    public void Take(AccountId account, IEnumerable<PendingHalt> taken)
    {
        var ids = taken.Select(t => t.Id).ToHashSet(StringComparer.Ordinal);
        lock (_gate)
        {
            Write([
                .. _waiting.Select(w => ids.Contains(w.Id) ? w with { Left = [.. w.Left.Where(a => a != account)] } : w)
                    .Where(w => w.Left.Count > 0),
            ]);
        }
    }

    private void Write(List<PendingHalt> waiting)
    {
        if (waiting.Count == 0)
        {
            File.Delete(_file);
        }
        else
        {
            var temporary = _file + ".new";
            using (var file = new FileStream(temporary, FileMode.Create))
            {
                JsonSerializer.Serialize(file, waiting.Select(Row.Of), Form);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, _file, overwrite: true);
        }

        _waiting = waiting;
    }

    private static Row[] Rows(string text) => JsonSerializer.Deserialize<Row[]>(text, Form) ?? throw new JsonException("it says null");

    /// <summary>A request as text. Times are ISO-8601. Left: null in files of earlier versions, as id and time.</summary>
    private sealed record Row(HaltOrder Order, string? Account, string? Strategy, string? Symbol, string? Until, string By)
    {
        public string? Id { get; init; }
        public string? At { get; init; }
        public IReadOnlyList<string>? Left { get; init; }

        public static Row Of(PendingHalt pending) => new(
            pending.Asked.Order, pending.Asked.Account?.Name, pending.Asked.Scope.Strategy?.Name, pending.Asked.Scope.Symbol?.Name,
            pending.Asked.Until?.ToString(), pending.Asked.By)
        {
            Id = pending.Id,
            At = pending.At.ToString(),
            Left = [.. pending.Left.Select(a => a.Name)],
        };

        /// <param name="place">In the file, which makes an id where none was written.</param>
        public PendingHalt Pending(int place)
        {
            var asked = new HaltRequest(
                Order, Account is null ? null : new AccountId(Account),
                new HaltScope(Strategy is null ? null : new StrategyId(Strategy), Symbol is null ? null : new Symbol(Symbol)),
                Until is null ? null : Time(Until), By);
            AccountId[] all = asked.Account is { } one ? [one] : [AccountId.Main, AccountId.Mirror];
            return new PendingHalt(
                Id ?? $"{place}-{Guid.NewGuid():N}", At is null ? default : Time(At), asked,
                Left is null ? all : [.. Left.Select(a => new AccountId(a))]);
        }

        private static Timestamp Time(string text) => UtcTime.TryParse(text) ?? throw new FormatException($"'{text}' is no time.");
    }
}
