using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace StrategyHost.Kill.Tests.Kills;

/// <summary>What a running host says about its accounts, beside what the exchange knows.</summary>
internal sealed class HostBooks : IDisposable
{
    private const decimal Ratio = 0.5m;
    private readonly HttpClient _client = new();
    private readonly Uri _address;

    public HostBooks(Uri address, string data)
    {
        _address = address;
        var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(data, "host.json"))).RootElement;
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.GetProperty("token").GetString());
    }

    /// <summary>Empty: host and exchange agree on positions, stops, orders and wallets, all is covered, and the mirror is in step or says why not.</summary>
    public async Task<List<string>> DifferencesAsync(EmulatedExchange exchange)
    {
        var positions = (await AskAsync("positions")).GetProperty("accounts");
        var orders = (await AskAsync("orders")).GetProperty("accounts");
        var status = (await AskAsync("status")).GetProperty("accounts");
        var truth = (await exchange.GetAsync("/emulator/truth")).GetProperty("accounts");
        var differences = new List<string>();
        for (var i = 0; i < KillChain.Accounts.Length; i++)
        {
            var key = KillChain.Accounts[i];
            var real = truth.GetProperty(key);
            Compare(differences, $"{key} positions", Rows(positions[i], "positions", HostPosition), Rows(real, "positions", RealPosition));
            Compare(differences, $"{key} orders", Rows(orders[i], "orders", o => $"{Text(o, "orderId")} {Text(o, "quantity")}"),
                Rows(real, "openOrders", o => $"{Text(o, "orderId")} {Text(o, "qty")}"));
            Compare(differences, $"{key} wallet", [Money(status[i], "walletBalance")], [Money(real, "walletBalance")]);
            differences.AddRange(Uncovered(real).Select(p => $"{key} {p}"));
        }

        differences.AddRange(OutOfStep(truth, positions[1]));
        return differences;
    }

    /// <summary>Positions without a stop for all of them, now or for any time since they were opened.</summary>
    public static IEnumerable<string> Uncovered(JsonElement truth) =>
        from position in truth.GetProperty("positions").EnumerateArray()
        let ms = position.GetProperty("uncoveredMs").GetInt64()
        where ms > 0 || Text(position, "stopLoss").Length == 0
        select $"{RealPosition(position)} was uncovered for {ms} ms";

    public void Dispose() => _client.Dispose();

    private Task<JsonElement> AskAsync(string what) => _client.GetFromAsync(new Uri(_address, what));

    /// <summary>Symbols on which the mirror is not its part of main, to a lot, and nothing says why.</summary>
    private static IEnumerable<string> OutOfStep(JsonElement truth, JsonElement mirror)
    {
        var said = mirror.TryGetProperty("mirrorDrift", out var rows)
            ? rows.EnumerateArray().Where(r => Text(r, "reason") != "in_step").Select(r => Text(r, "symbol")).ToHashSet()
            : [];
        return
            from symbol in RestlessTrader.Symbols
            let sizes = KillChain.Accounts.Select(a => Signed(truth.GetProperty(a), symbol)).ToArray()
            let lot = symbol == "BTCUSDT" ? 0.001m : 0.01m
            where Math.Abs((sizes[0] * Ratio) - sizes[1]) >= lot && !said.Contains(symbol)
            select $"the mirror has {sizes[1]} {symbol} to main's {sizes[0]}, and no drift says why";
    }

    private static decimal Signed(JsonElement truth, string symbol) =>
        truth.GetProperty("positions").EnumerateArray().Where(p => Text(p, "symbol") == symbol)
            .Sum(p => Number(p, "size") * (Text(p, "side") == "Buy" ? 1 : -1));

    private static void Compare(List<string> differences, string what, IEnumerable<string> host, IEnumerable<string> exchange)
    {
        var (ours, theirs) = (host.Order(StringComparer.Ordinal).ToArray(), exchange.Order(StringComparer.Ordinal).ToArray());
        if (!ours.SequenceEqual(theirs))
        {
            differences.Add($"{what}: only the host says [{string.Join(", ", ours.Except(theirs))}], only the exchange [{string.Join(", ", theirs.Except(ours))}]");
        }
    }

    private static IEnumerable<string> Rows(JsonElement block, string list, Func<JsonElement, string> text) =>
        block.GetProperty(list).EnumerateArray().Select(text);

    private static string HostPosition(JsonElement p) =>
        $"{Text(p, "symbol")} {Text(p, "side")} {Text(p, "size")} stop {Text(p, "stopPrice")}";

    private static string RealPosition(JsonElement p) =>
        $"{Text(p, "symbol")} {(Text(p, "side") == "Buy" ? "long" : "short")} {Text(p, "size")} stop {Text(p, "stopLoss")}";

    private static string Text(JsonElement block, string name) => block.GetProperty(name).GetString() ?? "";

    private static decimal Number(JsonElement block, string name) => decimal.Parse(Text(block, name), CultureInfo.InvariantCulture);

    /// <summary>To a millionth: the exchange rounds its wallet, the host's fold does not.</summary>
    private static string Money(JsonElement block, string name) =>
        decimal.Round(Number(block, name), 6).ToString("0.######", CultureInfo.InvariantCulture);
}
