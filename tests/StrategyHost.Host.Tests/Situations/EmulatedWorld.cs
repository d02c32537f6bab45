using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StrategyHost.Bybit;
using StrategyHost.Bybit.Accounts;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Streams;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Emulator;
using StrategyHost.Emulator.Rest;

namespace StrategyHost.Host.Tests.Situations;

/// <summary>The emulator on loopback, and the host's real adapters to it. Time is real, so that audits and retries are hurried.</summary>
internal sealed class EmulatedWorld : ISituationWorld
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);
    private readonly EmulatorServer _server;
    private readonly HttpClient _control;
    private readonly RequestGate _gate = new(RequestLimits.Default, TimeProvider.System);
    private readonly List<BybitRestClient> _clients = [];
    private readonly Dictionary<AccountId, BybitAccount> _accounts = [];
    private BybitMarketData? _market;

    private EmulatedWorld(EmulatorServer server, Instrument instrument)
    {
        (_server, Instrument) = (server, instrument);
        _control = new HttpClient { BaseAddress = server.BaseAddress };
    }

    public Instrument Instrument { get; }
    public TimeProvider Time => TimeProvider.System;
    public long AuditMs => 300;

    public static async Task<EmulatedWorld> StartAsync(bool isThin)
    {
        var instrument = SituationMarket.Instrument(isThin);
        var options = new EmulatorOptions
        {
            Instruments = [instrument],
            Accounts =
            [
                EmulatedAccount.Main with { Balance = SituationMarket.Balance },
                EmulatedAccount.Mirror with { Balance = SituationMarket.Balance },
            ],
            Market = new EmulatedMarketOptions
            {
                IsPaused = true,
                HistoryMinutes = 1000,
                StartPrices = new Dictionary<string, decimal> { [SituationMarket.Btc.Name] = SituationMarket.StartPrice },
            },
        };
        return new EmulatedWorld(await EmulatorServer.StartAsync(options, TimeProvider.System, CancellationToken.None), instrument);
    }

    public Task OpenAsync(IExchangeListener listener, Func<bool> isIdle)
    {
        var stream = new StreamOptions { ReconnectDelayMs = 50 };
        var known = new BybitRestClient(
            new RestOptions { Address = _server.BaseAddress, Account = new AccountId("public") }, _gate, TimeProvider.System);
        _clients.Add(known);
        foreach (var account in (AccountId[])[AccountId.Main, AccountId.Mirror])
        {
            var client = new BybitRestClient(
                new RestOptions
                {
                    Address = _server.BaseAddress,
                    Account = account,
                    Credentials = new ApiCredentials(Key(account), Key(account) + "-secret"),
                    ReceiveWindowMs = 1000,
                    TimeoutMs = 2000,
                },
                _gate, TimeProvider.System);
            _clients.Add(client);
            _accounts.Add(account, new BybitAccount(client, Options(stream), listener, TimeProvider.System));
        }

        _market = new BybitMarketData(Stream("/v5/public/linear"), known, stream, listener, TimeProvider.System);
        _market.Start();
        _market.Subscribe([new MarketSubscription(SituationMarket.Btc) { Trades = true, Ticker = true, BookDepth = 50 }]);
        foreach (var account in _accounts.Values)
        {
            account.Start();
        }

        return Task.CompletedTask;
    }

    public async Task CloseAsync()
    {
        foreach (var account in _accounts.Values)
        {
            await account.DisposeAsync();
        }

        if (_market is not null)
        {
            await _market.DisposeAsync();
        }

        _clients.ForEach(c => c.Dispose());
        _clients.Clear();
        _accounts.Clear();
        _market = null;
    }

    public IExchangeAccount Account(AccountId account) => _accounts[account];

    public Task PriceAsync(decimal price) => ControlAsync("/emulator/price", new
    {
        symbol = SituationMarket.Btc.Name,
        price = price.ToString(CultureInfo.InvariantCulture),
    });

    public Task ByHandAsync(AccountEffect request)
    {
        var (path, body) = HandRequest.Of(request);
        return SignedAsync(Key(request.Account), path, JsonSerializer.Serialize(body));
    }

    public async Task BreakAsync(AccountId account, bool isBroken)
    {
        if (isBroken)
        {
            await ControlAsync("/emulator/fault", new
            {
                match = new { account = Key(account), path = "/v5/*", count = -1 },
                action = "status",
                status = 503,
            });
        }
        else
        {
            (await _control.DeleteAsync("/emulator/fault")).EnsureSuccessStatusCode();
        }
    }

    public async Task<AccountTruth> TruthAsync(AccountId account)
    {
        var all = await _control.GetFromJsonAsync<JsonElement>("/emulator/truth");
        var truth = all.GetProperty("accounts").GetProperty(Key(account));
        var orders = truth.GetProperty("openOrders").EnumerateArray().Where(o => Text(o, "stopOrderType") is "" or "Stop")
            .Select(o => new TrueOrder(
                Text(o, "orderLinkId"), Text(o, "side") == "Buy" ? Side.Buy : Side.Sell, Quantity.Of(Number(o, "leavesQty") ?? 0),
                Text(o, "orderType") == "Limit" ? PriceOf(o, "price") : null, PriceOf(o, "triggerPrice"), o.GetProperty("reduceOnly").GetBoolean()))
            .ToArray();
        decimal[] sales = [.. truth.GetProperty("executions").EnumerateArray().Where(e => Text(e, "side") == "Sell")
            .Select(e => Number(e, "execPrice") ?? 0)];
        return truth.GetProperty("positions").EnumerateArray().ToArray() is [var position, ..]
            ? new AccountTruth(
                Text(position, "side") == "Buy" ? PositionSide.Long : PositionSide.Short, Quantity.Of(Number(position, "size") ?? 0),
                Number(position, "avgPrice") ?? 0, PriceOf(position, "stopLoss"), orders)
            {
                Sales = sales,
                WasUncovered = position.GetProperty("uncoveredMs").GetInt64() > 0,
            }
            : new AccountTruth(PositionSide.Long, Quantity.Zero, 0, null, orders)
            {
                Sales = sales,
            };
    }

    public async Task UntilAsync(Func<Task<string?>> problem)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await problem() is { } wrong)
        {
            Assert.False(patience.IsCancellationRequested, wrong);
            await Task.Delay(Look);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _control.Dispose();
        await _server.DisposeAsync();
    }

    private BybitAccountOptions Options(StreamOptions stream) => new()
    {
        PrivateStream = Stream("/v5/private"),
        Stream = stream,
        AnswerMs = 300,
        FenceMarginMs = 300,
        EntryRetryMs = 500,
        ReconcileMs = 1000,
    };

    private Uri Stream(string path) => new UriBuilder(_server.BaseAddress) { Scheme = "ws", Path = path }.Uri;

    private static string Key(AccountId account) => account == AccountId.Main ? "test-main" : "test-mirror";

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString() ?? "";

    private static decimal? Number(JsonElement row, string name) =>
        decimal.TryParse(Text(row, name), NumberStyles.Number, CultureInfo.InvariantCulture, out var number) && number != 0 ? number : null;

    private static Price? PriceOf(JsonElement row, string name) => Number(row, name) is { } number ? Price.Of(number) : null;

    private async Task ControlAsync(string path, object body)
    {
        using var answer = await _control.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task SignedAsync(string key, string path, string body)
    {
        var time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var sign = Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(key + "-secret"), Encoding.UTF8.GetBytes(time + key + "5000" + body)));
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Add("X-BAPI-API-KEY", key);
        request.Headers.Add("X-BAPI-TIMESTAMP", time);
        request.Headers.Add("X-BAPI-RECV-WINDOW", "5000");
        request.Headers.Add("X-BAPI-SIGN", sign);
        using var answer = await _control.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(text.Contains("\"retCode\":0", StringComparison.Ordinal), $"{path} {body}: {text}");
    }
}
