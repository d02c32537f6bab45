using System.Text.Json;
using System.Text.Json.Serialization;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange.Saved;

namespace StrategyHost.Simulation.LiveMarket;

/// <summary>
/// The newest executions, fundings and ends of orders of each account of a simulated exchange: what a real one would still say of them when
/// it is asked. As named texts, blocks <c>account/NAME/told/SLOT</c> of at most <see cref="BlockSize"/>, for the store that keeps the
/// exchange itself; old blocks are written over. Not thread-safe.
/// </summary>
public sealed class RecentReports
{
    /// <summary>Reports in one text.</summary>
    public const int BlockSize = 16;

    /// <summary>Blocks of an account; one is being filled.</summary>
    public const int Blocks = 33;

    private readonly SortedDictionary<string, List<Block>> _accounts = new(StringComparer.Ordinal);

    /// <summary>What all texts together hold; texts of other names are left alone. An error names the text.</summary>
    public static Result<RecentReports> Read(IReadOnlyDictionary<string, string> texts)
    {
        var recent = new RecentReports();
        foreach (var (name, text) in texts.Where(t => t.Key.Contains("/told/", StringComparison.Ordinal)))
        {
            try
            {
                var saved = JsonSerializer.Deserialize(text, ReportJson.Default.SavedReports);
                if (saved is null || saved.Version > SavedReports.Current)
                {
                    return StateCheck.Newer(name, saved?.Version ?? 0);
                }

                recent.Of(saved.Account).Add(new Block(saved.Number) { Reports = [.. saved.Reports.Select(r => r.Report)], Text = text });
            }
            catch (JsonException e)
            {
                return StateCheck.Damaged(name, e.Path ?? "", $"its part {name} cannot be read ({e.Message})");
            }
        }

        foreach (var blocks in recent._accounts.Values)
        {
            blocks.Sort((a, b) => a.Number.CompareTo(b.Number));
        }

        return recent;
    }

    /// <summary>Takes those of the reports that are kept.</summary>
    public void Take(IEnumerable<ExchangeReport> reports)
    {
        foreach (var report in reports)
        {
            if (report is FillReport or FundingReport || (report is OrderReport { Status: var status } && status.IsFinal()))
            {
                var blocks = Of(report.Account.Name);
                if (blocks.Count == 0 || blocks[^1].Reports.Count == BlockSize)
                {
                    blocks.Add(new Block(blocks.Count == 0 ? 0 : blocks[^1].Number + 1));
                    blocks.RemoveRange(0, Math.Max(0, blocks.Count - Blocks));
                }

                blocks[^1].Reports.Add(report);
                blocks[^1].Text = null;
            }
        }
    }

    /// <summary>Oldest first.</summary>
    public IEnumerable<ExchangeReport> Of(AccountId account) => Of(account.Name).SelectMany(b => b.Reports);

    /// <summary>All texts, those included that are as they were: the store compares.</summary>
    public IEnumerable<KeyValuePair<string, string>> Texts()
    {
        foreach (var (account, blocks) in _accounts)
        {
            foreach (var block in blocks)
            {
                block.Text ??= JsonSerializer.Serialize(
                    new SavedReports(SavedReports.Current, account, block.Number, [.. block.Reports.Select(SavedReport.Of)]),
                    ReportJson.Default.SavedReports);
                yield return new($"account/{account}/told/{block.Number % Blocks}", block.Text);
            }
        }
    }

    private List<Block> Of(string account)
    {
        if (!_accounts.TryGetValue(account, out var blocks))
        {
            _accounts.Add(account, blocks = []);
        }

        return blocks;
    }

    private sealed class Block(long number)
    {
        public long Number { get; } = number;
        public List<ExchangeReport> Reports { get; init; } = [];
        public string? Text { get; set; }
    }
}

/// <summary>A block as a text.</summary>
internal sealed record SavedReports(int Version, string Account, long Number, IReadOnlyList<SavedReport> Reports)
{
    /// <summary>Version that is written and the newest that is read.</summary>
    public const int Current = 1;
}

/// <summary>One report; exactly one is there.</summary>
internal sealed record SavedReport(FillReport? Fill, FundingReport? Funding, OrderReport? Order)
{
    [JsonIgnore]
    public ExchangeReport Report => (ExchangeReport?)Fill ?? (ExchangeReport?)Funding ?? Order ?? throw new JsonException("a report is empty");

    public static SavedReport Of(ExchangeReport report) => new(report as FillReport, report as FundingReport, report as OrderReport);
}

/// <summary>Generated reader and writer; numbers of the fixed-point types stand as their units.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SavedReports))]
internal sealed partial class ReportJson : JsonSerializerContext;
