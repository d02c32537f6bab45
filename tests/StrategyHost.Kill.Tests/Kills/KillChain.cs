using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace StrategyHost.Kill.Tests.Kills;

/// <summary>
/// One emulator and many lives of a host on one data directory, each but the last ended by SIGKILL at a seeded moment. After each start and
/// at the end the host's books are compared with the exchange's. The seed steers moments, not the machine: a run is not repeated to the step.
/// </summary>
internal sealed class KillChain(int seed, int kills, string folder)
{
    public static readonly string[] Accounts = ["test-main", "test-mirror"];
    private static readonly TimeSpan MomentPatience = TimeSpan.FromSeconds(4);
    private readonly Random _chance = new(seed);
    private readonly List<string> _problems = [];
    private readonly Dictionary<string, int> _moments = [];
    private int _killed;

    /// <summary>What was wrong, each with the seed and the life; empty: nothing.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>How many lives ended how.</summary>
    public string Summary => string.Join(", ", _moments.OrderBy(m => m.Key).Select(m => $"{m.Value} {m.Key}"));

    public string Data => Path.Combine(folder, "data");

    public async Task RunAsync()
    {
        await using var exchange = await EmulatedExchange.StartAsync("--seed", seed.ToString(CultureInfo.InvariantCulture));
        var config = Configure(exchange, flat: 0);
        while (_killed < kills)
        {
            var plan = KillPlan.Of(_chance);
            var life = $"seed {seed}, life {_killed + 1} ({plan})";
            await LiveAsync(exchange, config, plan, life);
            await CoveredAsync(exchange, life + ", when it was killed");
            _killed++;
            await exchange.ClearFaultsAsync();
            await MeanwhileAsync(exchange, plan);
            await CoveredAsync(exchange, life + ", before the next start");
        }

        await EndAsync(exchange, Configure(exchange, flat: 1));
    }

    private async Task LiveAsync(EmulatedExchange exchange, string config, KillPlan plan, string life)
    {
        await using var host = HostProcess.Start(exchange.Keys, "run", "--config", config);
        if (plan.Moment == KillMoment.Start)
        {
            await Task.Delay(plan.Ms);
            Count("while it started");
            await host.KillAsync();
            return;
        }

        var address = await host.ReadyAsync();
        await exchange.PostAsync("/emulator/market", new { paused = true });
        if (_killed > 0)
        {
            await AgreeAsync(exchange, host, address, life + ", after the start");
        }

        if (plan.Fault is { } fault)
        {
            await exchange.PostAsync("/emulator/fault", fault);
        }

        await exchange.PostAsync("/emulator/market", new { paused = false });
        var came = await MomentAsync(exchange, host, plan);
        Count(came ? plan.Moment.ToString() : "waited in vain for its moment");
        await host.KillAsync();
    }

    private async Task<bool> MomentAsync(EmulatedExchange exchange, HostProcess host, KillPlan plan)
    {
        var came = true;
        if (plan.Fault is not null)
        {
            came = await UntilAsync(async () => (await exchange.GetAsync("/emulator/fault")).GetProperty("faults")[0].GetProperty("hits").GetInt32() > 0);
        }
        else if (plan.Moment == KillMoment.Logged)
        {
            var line = host.LogAsync(plan.Line);
            came = await Task.WhenAny(line, Task.Delay(MomentPatience)) == line;
        }

        await Task.Delay(plan.Ms);
        return came;
    }

    /// <summary>The host is dead; the market goes on, and sometimes jumps over stops, targets and resting entries.</summary>
    private static async Task MeanwhileAsync(EmulatedExchange exchange, KillPlan plan)
    {
        await exchange.PostAsync("/emulator/market", new { paused = !plan.MovesMeanwhile });
        await Task.Delay(plan.DeadMs);
        foreach (var symbol in plan.Move == 0 ? [] : RestlessTrader.Symbols)
        {
            var ticker = await exchange.GetAsync("/v5/market/tickers?category=linear&symbol=" + symbol);
            var price = decimal.Parse(ticker.GetProperty("result").GetProperty("list")[0].GetProperty("lastPrice").GetString()!, CultureInfo.InvariantCulture);
            var moved = decimal.Round(price * (1 + plan.Move), symbol == "BTCUSDT" ? 1 : 2);
            await exchange.PostAsync("/emulator/price", new { symbol, price = moved.ToString(CultureInfo.InvariantCulture) });
        }
    }

    /// <summary>The last life: what is open is closed, nothing is left over, and no fill is missing in the journals.</summary>
    private async Task EndAsync(EmulatedExchange exchange, string config)
    {
        var life = $"seed {seed}, the last life";
        await using var host = HostProcess.Start(exchange.Keys, "run", "--config", config);
        var address = await host.ReadyAsync();
        await exchange.PostAsync("/emulator/market", new { paused = true });
        await AgreeAsync(exchange, host, address, life + ", after the start");
        await VerifyAsync(exchange, config, life);
        await exchange.PostAsync("/emulator/market", new { paused = false });
        foreach (var account in Accounts)
        {
            var isFlat = await UntilAsync(async () => IsFlat(await exchange.TruthAsync(account)), seconds: 60);
            Check(isFlat ? "" : $"{account} is not flat, or has orders left: {Open(await exchange.TruthAsync(account))}", life, host);
        }

        await AgreeAsync(exchange, host, address, life + ", flat");
        var code = await host.StopAsync();
        Check(code == 0 ? "" : $"SIGTERM ends it with exit code {code}", life, host);
        foreach (var (account, name) in Accounts.Zip(["main", "mirror"]))
        {
            var books = JournalBooks.Read(Data, name);
            books.Compare(await exchange.TruthAsync(account)).ForEach(p => _problems.Add($"seed {seed}, the journal of {name}: {p}"));
        }
    }

    private async Task VerifyAsync(EmulatedExchange exchange, string config, string life)
    {
        var (code, text, error) = await HostProcess.RunAsync(exchange.Keys, "verify", "--json", "--config", config);
        if (code != 0)
        {
            _problems.Add($"{life}: verify ends with {code}: {text} {error}");
        }
    }

    /// <summary>The market stands: host and exchange must come to say the same.</summary>
    private async Task AgreeAsync(EmulatedExchange exchange, HostProcess host, Uri address, string life)
    {
        using var books = new HostBooks(address, Data);
        var differences = new List<string>();
        var agreed = await UntilAsync(
            async () =>
            {
                differences = await books.DifferencesAsync(exchange);
                return differences.Count == 0;
            },
            seconds: 40);
        Check(agreed ? "" : string.Join("; ", differences), life, host);
    }

    private async Task CoveredAsync(EmulatedExchange exchange, string life)
    {
        foreach (var account in Accounts)
        {
            foreach (var problem in HostBooks.Uncovered(await exchange.TruthAsync(account)))
            {
                _problems.Add($"{life}: {account} {problem}");
            }
        }
    }

    private void Check(string problem, string life, HostProcess host)
    {
        if (problem.Length > 0)
        {
            _problems.Add($"{life}: {problem}\n    {string.Join("\n    ", host.LogSoFar().TakeLast(25))}");
        }
    }

    private void Count(string moment) => _moments[moment] = _moments.GetValueOrDefault(moment) + 1;

    private static bool IsFlat(JsonElement truth) =>
        truth.GetProperty("positions").GetArrayLength() == 0 && truth.GetProperty("openOrders").GetArrayLength() == 0;

    private static string Open(JsonElement truth) => truth.GetProperty("positions") + " " + string.Join(", ",
        truth.GetProperty("openOrders").EnumerateArray().Select(o => $"{o.GetProperty("symbol")} {o.GetProperty("orderLinkId")} {o.GetProperty("qty")}"));

    private static async Task<bool> UntilAsync(Func<Task<bool>> isSo, int seconds = 4)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(began).TotalSeconds > seconds)
            {
                return false;
            }

            await Task.Delay(30);
        }

        return true;
    }

    private string Configure(EmulatedExchange exchange, int flat)
    {
        var script = Path.Combine(folder, "restless.js");
        File.WriteAllText(script, RestlessTrader.Script);
        var file = Path.Combine(folder, "config.json");
        File.WriteAllText(file, $$"""
            { "mode": "demo", "dataDirectory": {{JsonSerializer.Serialize(Data)}},
              "strategies": [{ "file": {{JsonSerializer.Serialize(script)}}, "params": { "flat": {{flat}} } }],
              "globals": { "price_monitor_reconnect_delay": 1 }, "endpoints": {{exchange.Endpoints}} }
            """);
        return file;
    }
}
