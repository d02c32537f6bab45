using System.Text.Json;
using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Rest;
using StrategyHost.Emulator.Streams;
using StrategyHost.Emulator.Trading;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Control;

/// <summary>Adds and changes accounts while the emulator runs. A field that is left out keeps its value.</summary>
internal sealed class AccountDesk(TradingFloor floor, Authentication authentication, StreamHub hub)
{
    private static readonly (string Name, KeyPermissions Value)[] Permissions =
    [
        ("Order", KeyPermissions.Order), ("Position", KeyPermissions.Position), ("Withdraw", KeyPermissions.Withdraw),
        ("Trade", KeyPermissions.Trade), ("ContractTrade", KeyPermissions.Trade), ("DerivativesTrade", KeyPermissions.None),
        ("ReadOnly", KeyPermissions.None),
    ];

    public IReadOnlyList<EmulatedAccount> All => authentication.All();

    public void Set(EmulatedAccount account)
    {
        lock (floor.Gate)
        {
            floor.AddAccount(account);
            authentication.Set(account);
            hub.Renew(account);
        }
    }

    public ControlReply Set(JsonElement? body)
    {
        var fields = Fields.Of(body);
        if (fields.Text("key") is not { } key)
        {
            return ControlReply.Bad("key is required");
        }

        var present = authentication.Find(key);
        var mode = fields.Choice<PositionMode?>(
            "positionMode",
            null,
            ("one_way", PositionMode.OneWay),
            ("0", PositionMode.OneWay),
            ("hedge", PositionMode.Hedge),
            ("3", PositionMode.Hedge));
        var account = (present ?? new EmulatedAccount { Key = key, Secret = key + "-secret", Uid = All.Max(a => a.Uid) + 1 }) with
        {
            Secret = fields.Text("secret") ?? present?.Secret ?? key + "-secret",
            Ips = Texts(body, "ips") ?? present?.Ips ?? [],
        };
        account = account with { Uid = fields.Integer("uid") ?? account.Uid, PositionMode = mode ?? account.PositionMode };
        if (Texts(body, "permissions") is { } names)
        {
            if (names.FirstOrDefault(n => !Array.Exists(Permissions, p => p.Name == n)) is { } unknown)
            {
                return ControlReply.Bad($"permission '{unknown}' is not one of {string.Join(", ", Permissions.Select(p => p.Name))}");
            }

            var granted = names.Aggregate(KeyPermissions.None, (sum, name) => sum | Array.Find(Permissions, p => p.Name == name).Value);
            account = account with { Permissions = granted };
        }

        var balance = fields.Number("balance");
        return fields.Refusal.IsRefused ? ControlReply.Bad(fields.Refusal.Text) : Apply(account, balance, mode);
    }

    private ControlReply Apply(EmulatedAccount account, decimal? balance, PositionMode? mode)
    {
        lock (floor.Gate)
        {
            Set(balance is { } start ? account with { Balance = start } : account);
            if (balance is { } wanted)
            {
                floor.SetBalance(account.Uid, wanted);
            }

            foreach (var market in mode is null ? [] : floor.Markets)
            {
                var refusal = floor.SetPositionMode(account.Uid, market.Symbol, mode!.Value); // asked for
                if (refusal is { IsRefused: true, Code: not 110025 })
                {
                    return ControlReply.Bad(refusal.Text);
                }
            }

            return ControlReply.Ok(new JsonObject { ["key"] = account.Key, ["uid"] = account.Uid });
        }
    }

    /// <summary>A list of texts, or the texts inside an object of lists as query-api shows permissions; null where absent.</summary>
    private static string[]? Texts(JsonElement? body, string name)
    {
        if (body is not { } json || !json.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.Array => [.. value.EnumerateArray().Select(v => v.ToString())],
            JsonValueKind.Object => [.. value.EnumerateObject().SelectMany(g => g.Value.ValueKind == JsonValueKind.Array
                ? g.Value.EnumerateArray().Select(v => v.ToString())
                : [])],
            JsonValueKind.String => [value.GetString()!], // a string is never null
            _ => [],
        };
    }
}
