using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace StrategyHost.Host.Tests.Live;

/// <summary>The command <c>run</c> as a real process on its simulated market, and the commands that ask it.</summary>
public sealed class RunTests : IDisposable
{
    /// <summary>Holds a position most of the time, with stop and target.</summary>
    private const string Busy = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m', timer_ms: 300, warmup: 20 }; }
        function on_start(ctx) { ctx.log('warm sma ' + (ctx.ta.sma(10) > 0)); }
        function on_timer(time, ctx) {
          if (!ctx.position) { return { action: 'buy', quantity: 0.1, stop_loss_percent: 1, take_profit_percent: 3 }; }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-run-").FullName;

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task Run_trades_both_accounts_and_stops_cleanly_on_a_signal()
    {
        await using var host = HostProcess.Start("run", "--config", Configure(Busy));
        var address = await host.ReadyAsync();
        await host.LogAsync("busy: warm sma true");
        await host.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");

        using var client = Client();
        var positions = await client.GetFromAsync(new Uri(address, "positions"));
        Assert.Equal("host", positions.GetProperty("source").GetString());
        Assert.Equal([("main", "0.1"), ("mirror", "0.05")], positions.GetProperty("accounts").EnumerateArray().Select(a =>
            (a.GetProperty("account").GetString()!, Only(a, "positions").GetProperty("size").GetString()!)));
        Assert.All(positions.GetProperty("accounts").EnumerateArray(), a =>
        {
            Assert.NotNull(Only(a, "positions").GetProperty("stopPrice").GetString());
            Assert.Equal("busy", Only(a, "positions").GetProperty("strategy").GetString());
        });
        var drift = Only(positions.GetProperty("accounts")[1], "mirrorDrift");
        Assert.Equal(("0.05", "in_step"), (drift.GetProperty("target").GetString(), drift.GetProperty("reason").GetString()));

        Assert.Equal(0, await host.StopAsync());
        Assert.Empty(await host.RestAsync());
        Assert.False(File.Exists(Path.Combine(Data, "host.json")));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(Data, "log"), "*.json"));
    }

    [Fact]
    public async Task Script_that_is_named_trades_instead_of_those_of_the_configuration()
    {
        var config = Configure(Busy);
        var named = Path.Combine(_folder, "named.js");
        await File.WriteAllTextAsync(named, Busy);
        await using var host = HostProcess.Start("run", named, "--config", config);
        await host.ReadyAsync();
        await host.LogAsync("named: warm sma true");

        var (code, text, error) = await HostProcess.RunAsync("status", "--data", Data);
        Assert.True(code == 0, error);
        Assert.Contains("\n  named running, version ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("busy", text, StringComparison.Ordinal);
        Assert.Equal(0, await host.StopAsync());
    }

    [Fact]
    public async Task Running_host_answers_health_to_anybody_and_the_rest_to_who_has_the_token()
    {
        await using var host = HostProcess.Start("run", "--config", Configure(Busy));
        var address = await host.ReadyAsync();
        using var stranger = new HttpClient();
        var health = await stranger.GetFromAsync(new Uri(address, "health"));
        Assert.All(health.GetProperty("accounts").EnumerateArray(), a => Assert.True(a.GetProperty("websocket_connected").GetBoolean()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(new Uri(address, "positions"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(new Uri(address, "secrets"))).StatusCode);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Data, "host.json")));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
        }

        var (code, text, _) = await HostProcess.RunAsync("status", "--data", Data, "--account", "mirror", "--json");
        Assert.Equal(0, code);
        var block = Assert.Single(JsonDocument.Parse(text).RootElement.GetProperty("accounts").EnumerateArray());
        Assert.Equal("mirror", block.GetProperty("account").GetString());
        Assert.Equal("running", block.GetProperty("strategies")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task Second_host_on_the_same_directory_is_refused_with_code_3()
    {
        var config = Configure(Busy);
        await using var host = HostProcess.Start("run", "--config", config);
        await host.ReadyAsync();
        var (code, text, error) = await HostProcess.RunAsync("run", "--config", config);
        Assert.Equal((3, ""), (code, text));
        Assert.Contains("another host holds this data directory", error, StringComparison.Ordinal);
        var (fresh, _, _) = await HostProcess.RunAsync("run", "--fresh", "--config", config);
        Assert.Equal(3, fresh);
        Assert.True(Directory.Exists(Data));
    }

    /// <summary>An exchange that takes the connection and says nothing keeps the start waiting.</summary>
    [Fact]
    public async Task Signal_before_the_host_is_ready_ends_it_in_order()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var config = Configure(Busy, $"\"mode\": \"demo\", \"endpoints\": {{ \"rest\": \"http://{silent.LocalEndpoint}\" }},");
        var keys = new Dictionary<string, string>
        {
            ["BYBIT_API_KEY"] = "a",
            ["BYBIT_API_SECRET"] = "b",
            ["BYBIT_API_KEY_2"] = "c",
            ["BYBIT_API_SECRET_2"] = "d",
        };
        await using var host = HostProcess.Start(keys, "run", "--config", config);
        using var asks = await silent.AcceptTcpClientAsync();
        Assert.Equal(0, await host.StopAsync());
        Assert.Empty(await host.RestAsync());
        await host.LogAsync("stopped before it was ready");
    }

    [Fact]
    public async Task Fresh_renames_the_old_directory_and_deletes_nothing()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "kept.txt"), "kept");
        await using var host = HostProcess.Start("run", "--fresh", "--config", Configure(Busy));
        await host.ReadyAsync();
        Assert.Equal(0, await host.StopAsync("INT"));
        var old = Assert.Single(Directory.GetDirectories(_folder, "data.until-*"));
        Assert.Equal("kept", await File.ReadAllTextAsync(Path.Combine(old, "kept.txt")));
        Assert.False(File.Exists(Path.Combine(Data, "kept.txt")));
    }

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("TERM", 0)]
    public async Task Accounts_go_on_where_the_last_run_stopped_or_died(string signal, int code)
    {
        var config = Configure(Busy, "\"simulation\": { \"latencyMs\": 20 },");
        await using (var first = HostProcess.Start("run", "--config", config))
        {
            await first.LogAllAsync("main entry Buy 0.1 BTCUSDT filled", "mirror entry Buy 0.05 BTCUSDT filled");
            Assert.Equal(code, await first.StopAsync(signal));
        }

        var stopped = await PositionsAsync(config, ExchangeCopy.Of(Data));
        Assert.Equal("exchange.db", stopped.GetProperty("source").GetString());
        var before = stopped.GetProperty("accounts").EnumerateArray().Select(a => Text(Only(a, "positions"))).ToArray();
        await using var second = HostProcess.Start("run", "--config", config);
        await second.ReadyAsync();
        await second.LogAllAsync("main recovered 1 plans", "mirror recovered 1 plans");
        var after = (await PositionsAsync(config)).GetProperty("accounts").EnumerateArray().Select(a => Text(Only(a, "positions")));
        Assert.Equal(before, after);

        // A host that was killed before it had anchored the stop to the fill does so when it goes on: that there is one is what stays.
        static string Text(JsonElement p) =>
            $"{p.GetProperty("side")} {p.GetProperty("size")} {p.GetProperty("entryPrice")} {p.GetProperty("stopPrice").ValueKind}";
    }

    private async Task<JsonElement> PositionsAsync(string config, string? data = null)
    {
        var (code, text, error) = await HostProcess.RunAsync("positions", "--json", "--config", config, "--data", data ?? Data);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(text).RootElement;
    }

    public static TheoryData<string, string, string> Refusals { get; } = new()
    {
        { "function on_kline( {", "", "busy.js:1" },
        { Busy, "\"mode\": \"live\",", "--i-accept-live" },
        { Busy.Replace("['BTCUSDT']", "[]", StringComparison.Ordinal), "", "names no symbols" },
        { Busy.Replace("BTCUSDT", "NOSUCHUSDT", StringComparison.Ordinal), "", "Nothing is known about NOSUCHUSDT" },
        { Busy.Replace("warmup: 20", "warmup: 9000000", StringComparison.Ordinal), "", "warm" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_wrong_is_said_before_anything_runs(string script, string setting, string said)
    {
        var (code, text, error) = await HostProcess.RunAsync("run", "--config", Configure(script, setting));
        Assert.Equal((2, ""), (code, text));
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_that_is_taken_is_found_before_anything_else_is_touched()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "kept.txt"), "what --fresh would put away");

        var (code, text, error) = await HostProcess.RunAsync("run", "--config", Configure(Busy), "--port", port, "--fresh");

        Assert.Equal((2, ""), (code, text));
        Assert.Matches($"^error: port {port} cannot be opened \\(.+\\): .+--port", Assert.Single(error.Split('\n')));
        Assert.True(File.Exists(Path.Combine(Data, "kept.txt")));
        Assert.Empty(Directory.GetFiles(Data, "*.db"));
    }

    [Fact]
    public async Task Strategy_that_throws_is_parked_and_its_position_stays_protected()
    {
        var script = Busy.Replace("if (!ctx.position)", "if (ctx.position) { null.x; } else", StringComparison.Ordinal);
        await using var host = HostProcess.Start("run", "--config", Configure(script));
        var address = await host.ReadyAsync();
        Assert.Contains("ERR busy is parked: it is not called any more and enters nothing; its positions keep their stops, targets and trails. "
            + $"Mend its file and save it: it trades again then. Why: {Path.Combine(_folder, "busy.js")}:4:", await host.LogAsync("busy is parked"), StringComparison.Ordinal);
        using var client = Client();
        var status = await client.GetFromAsync(new Uri(address, "status"));
        var strategy = status.GetProperty("accounts")[0].GetProperty("strategies")[0];
        Assert.Equal("parked", strategy.GetProperty("state").GetString());
        Assert.Contains("busy.js:4", strategy.GetProperty("error").GetString(), StringComparison.Ordinal);
        var positions = await client.GetFromAsync(new Uri(address, "positions"));
        Assert.NotNull(Only(positions.GetProperty("accounts")[0], "positions").GetProperty("stopPrice").GetString());
    }

    [Fact]
    public async Task Asking_without_a_host_says_so()
    {
        var (code, text, error) = await HostProcess.RunAsync("positions", "--data", Data);
        Assert.Equal((2, ""), (code, text));
        Assert.Contains("no host runs on this data directory", error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static JsonElement Only(JsonElement block, string list) => Assert.Single(block.GetProperty(list).EnumerateArray());

    private string Configure(string script, string setting = "")
    {
        File.WriteAllText(Path.Combine(_folder, "busy.js"), script);
        var file = Path.Combine(_folder, "config.json");
        File.WriteAllText(file, $$"""
            { {{setting}} "dataDirectory": {{JsonSerializer.Serialize(Data)}},
              "strategies": [{ "file": {{JsonSerializer.Serialize(Path.Combine(_folder, "busy.js"))}} }] }
            """);
        return file;
    }

    private HttpClient Client()
    {
        var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(Data, "host.json"))).RootElement;
        var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.GetProperty("token").GetString());
        return client;
    }
}
