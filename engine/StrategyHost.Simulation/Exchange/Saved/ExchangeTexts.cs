using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange.Saved;

/// <summary>
/// A saved exchange as named texts, for a store that knows nothing of exchanges: <c>markets</c>, one <c>account/NAME</c> each, and its
/// used ids in blocks <c>account/NAME/ids/SLOT</c>. The ids are the most and change the least: a request writes one block of at most
/// <see cref="BlockSize"/>, not all; old blocks are written over. Remembers the blocks' texts, so one object serves one exchange for its
/// life. Not thread-safe.
/// </summary>
public sealed class ExchangeTexts
{
    /// <summary>Used ids in one text.</summary>
    public const int BlockSize = 128;

    private const string MarketsName = "markets";

    /// <summary>The window of known ids touches at most one block more than it fills.</summary>
    private const int Slots = ((LinkIds.Capacity + BlockSize - 1) / BlockSize) + 1;
    private readonly Dictionary<string, Block> _blocks = new(StringComparer.Ordinal);

    /// <summary>
    /// All texts of the markets and of the accounts that are in the state, those included that are as they were: the store compares.
    /// </summary>
    public IReadOnlyDictionary<string, string> Of(ExchangeState state)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [MarketsName] = JsonSerializer.Serialize(state.Markets, ExchangeJson.Default.SavedMarkets),
        };
        foreach (var account in state.Accounts)
        {
            texts[AccountName(account.Account)] = JsonSerializer.Serialize(account, ExchangeJson.Default.SavedAccount);
            AddBlocks(account, texts);
        }

        return texts;
    }

    /// <summary>
    /// The state that all texts together hold; null where there are none. Otherwise errors that name the text (<see cref="Error.Field"/>);
    /// the caller adds the file.
    /// </summary>
    public static Result<ExchangeState?> Read(IReadOnlyDictionary<string, string> texts)
    {
        if (texts.Count == 0)
        {
            return Result<ExchangeState?>.Ok(null);
        }

        var markets = Parse(texts, MarketsName, ExchangeJson.Default.SavedMarkets);
        if (!markets.IsOk)
        {
            return Result<ExchangeState?>.Failed(markets.Errors);
        }

        var accounts = markets.Value.Accounts.Select(a => Account(texts, a)).ToList();
        var errors = accounts.SelectMany(a => a.Errors).ToList();
        return errors.Count > 0
            ? Result<ExchangeState?>.Failed(errors)
            : new ExchangeState { Markets = markets.Value, Accounts = [.. accounts.Select(a => a.Value)] };
    }

    private void AddBlocks(SavedAccount account, Dictionary<string, string> texts)
    {
        var end = account.LinkIdsFirst + account.LinkIds.Count;
        for (var first = account.LinkIdsFirst; first < end; first = EndOfBlock(first))
        {
            var count = (int)(Math.Min(EndOfBlock(first), end) - first);
            var ids = account.LinkIds.Skip((int)(first - account.LinkIdsFirst)).Take(count);
            texts[BlockName(account.Account, first)] = BlockText(BlockName(account.Account, first), first, [.. ids]);
        }
    }

    /// <summary>A block whose oldest ids were forgotten meanwhile stays as it was written.</summary>
    private string BlockText(string name, long first, string[] ids)
    {
        if (_blocks.TryGetValue(name, out var known) && known.First <= first && known.First + known.Ids.Length == first + ids.Length
            && known.Ids.AsSpan((int)(first - known.First)).SequenceEqual(ids))
        {
            return known.Text;
        }

        var text = JsonSerializer.Serialize(new SavedIds(ExchangeState.Version, first, ids), ExchangeJson.Default.SavedIds);
        _blocks[name] = new Block(first, ids, text);
        return text;
    }

    private static Result<SavedAccount> Account(IReadOnlyDictionary<string, string> texts, string name)
    {
        var parsed = Parse(texts, AccountName(name), ExchangeJson.Default.SavedAccount);
        if (!parsed.IsOk)
        {
            return parsed;
        }

        var account = parsed.Value;
        if (account.Account != name || account.LinkIdsFirst < 0 || account.LinkIdsCount is < 0 or > LinkIds.Capacity)
        {
            return StateCheck.Damaged(AccountName(name), account.Account, "an account's name or count of ids is wrong");
        }

        var ids = new List<string>(account.LinkIdsCount);
        var end = account.LinkIdsFirst + account.LinkIdsCount;
        for (var first = account.LinkIdsFirst; first < end; first = EndOfBlock(first))
        {
            var block = Parse(texts, BlockName(name, first), ExchangeJson.Default.SavedIds);
            if (!block.IsOk)
            {
                return Result<SavedAccount>.Failed(block.Errors);
            }

            var wanted = Math.Min(EndOfBlock(first), end);
            var skipped = first - block.Value.First;
            if (skipped < 0 || block.Value.First + block.Value.Ids.Count != wanted)
            {
                return StateCheck.Damaged(BlockName(name, first), $"{block.Value.First}", "used ids are missing");
            }

            ids.AddRange(block.Value.Ids.Skip((int)skipped));
        }

        return account with { LinkIds = ids };
    }

    private static Result<T> Parse<T>(IReadOnlyDictionary<string, string> texts, string name, JsonTypeInfo<T> type)
        where T : class
    {
        if (!texts.TryGetValue(name, out var text))
        {
            return StateCheck.Damaged(name, "", $"its part {name} is missing");
        }

        try
        {
            var version = JsonSerializer.Deserialize(text, ExchangeJson.Default.SavedVersion)?.Version;
            if (version > ExchangeState.Version)
            {
                return StateCheck.Newer(name, version.Value);
            }

            return JsonSerializer.Deserialize(text, type) is { } value
                ? value
                : StateCheck.Damaged(name, "null", $"its part {name} is empty");
        }
        catch (JsonException e)
        {
            return StateCheck.Damaged(name, e.Path ?? "", $"its part {name} cannot be read ({e.Message})");
        }
    }

    private static long EndOfBlock(long number) => ((number / BlockSize) + 1) * BlockSize;

    private static string AccountName(string account) => $"account/{account}";

    private static string BlockName(string account, long number) => $"account/{account}/ids/{number / BlockSize % Slots}";

    private sealed record Block(long First, string[] Ids, string Text);
}
