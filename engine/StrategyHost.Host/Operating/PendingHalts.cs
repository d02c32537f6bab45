using System.Text.Json;
using System.Text.Json.Serialization;
using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Operating;

/// <summary>
/// What people asked for while no host ran: <c>halts.json</c> in the data directory. The next start gives it to its kernel before the first
/// event, and deletes it when the journals have it. Who writes holds the directory, so that no host starts meanwhile.
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

    private readonly string _file;
    private readonly ILogger? _log;

    /// <summary>Reads what is there.</summary>
    public PendingHalts(string directory, ILogger? log = null)
    {
        (_file, _log) = (Path.Combine(directory, FileName), log);
        try
        {
            Requests = File.Exists(_file) ? [.. Rows(File.ReadAllText(_file)).Select(r => r.Request())] : [];
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

    /// <summary>In the order in which they were asked for.</summary>
    public IReadOnlyList<HaltRequest> Requests { get; private set; } = [];

    /// <summary>Why the file cannot be read: what it says is not known, so nothing may start.</summary>
    public Error? Problem { get; }

    /// <summary>
    /// Adds a request; whole or not at all. Throws <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.
    /// </summary>
    public void Add(HaltRequest asked)
    {
        Requests = [.. Requests, asked];
        var temporary = _file + ".new";
        using (var file = new FileStream(temporary, FileMode.Create))
        {
            JsonSerializer.Serialize(file, Requests.Select(Row.Of), Form);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, _file, overwrite: true);
    }

    /// <summary>
    /// Posts the inputs to a session whose loop has not started. The file goes when they are on disk: asked for twice they do nothing more.
    /// </summary>
    public void Post(LiveSession session)
    {
        if (Requests.Count == 0)
        {
            return;
        }

        var accounts = session.Options.Mirror.Enabled ? new[] { AccountId.Main, AccountId.Mirror } : [AccountId.Main];
        foreach (var asked in Requests)
        {
            _log?.Warning("{By} asked while no host ran: {Order} {Scope}", asked.By, asked.Order, asked.Scope.ToString());
            foreach (var account in accounts.Where(a => asked.Account is null || a == asked.Account))
            {
                session.Loop.Post(at => asked.Input(account, at));
            }
        }

        session.Loop.Post(Stepped);

        IEnumerable<EngineInput> Stepped(Timestamp at)
        {
            _ = ForgetAsync(session, accounts); // it waits for the disk, not the loop for it
            return [];
        }
    }

    private async Task ForgetAsync(LiveSession session, AccountId[] accounts)
    {
        var errors = await Task.WhenAll(accounts.Select(session.CommittedAsync));
        if (Array.TrueForAll(errors, e => e is null))
        {
            File.Delete(_file);
        }
    }

    private static Row[] Rows(string text) => JsonSerializer.Deserialize<Row[]>(text, Form) ?? throw new JsonException("it says null");

    /// <summary>A request as text. Times are ISO-8601.</summary>
    private sealed record Row(HaltOrder Order, string? Account, string? Strategy, string? Symbol, string? Until, string By)
    {
        public static Row Of(HaltRequest asked) => new(
            asked.Order, asked.Account?.Name, asked.Scope.Strategy?.Name, asked.Scope.Symbol?.Name, asked.Until?.ToString(), asked.By);

        public HaltRequest Request() => new(
            Order, Account is null ? null : new AccountId(Account),
            new HaltScope(Strategy is null ? null : new StrategyId(Strategy), Symbol is null ? null : new Symbol(Symbol)),
            Until is null ? null : UtcTime.TryParse(Until) ?? throw new FormatException($"'{Until}' is no time."), By);
    }
}
