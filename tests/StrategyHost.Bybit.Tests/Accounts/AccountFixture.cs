using StrategyHost.Bybit.Accounts;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Streams;
using StrategyHost.Bybit.Tests.Loopback;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.TestKit;

namespace StrategyHost.Bybit.Tests.Accounts;

/// <summary>An account's adapter against the loopback server, whose stream the test plays.</summary>
internal sealed class AccountFixture : IAsyncDisposable
{
    public static readonly Symbol Symbol = new("XYZUSDT");
    private readonly BybitRestClient _client;

    public AccountFixture(Func<BybitAccountOptions, BybitAccountOptions>? change = null)
    {
        Server = new LoopbackServer(Time);
        _client = new BybitRestClient(
            new RestOptions
            {
                Address = Server.Rest,
                Account = AccountId.Main,
                Credentials = new ApiCredentials("KEY", "SECRET"),
                TimeoutMs = 300_000,
            },
            new RequestGate(RequestLimits.Default, Time), Time);
        var options = new BybitAccountOptions
        {
            PrivateStream = Server.Stream,
            ReconcileMs = 3_000_000,
            Stream = new StreamOptions { AnswerMs = 300_000 },
        };
        Account = new BybitAccount(_client, change?.Invoke(options) ?? options, Log, Time);
    }

    public ManualTime Time { get; } = new();
    public LoopbackServer Server { get; }
    public ReportLog Log { get; } = new();
    public BybitAccount Account { get; }
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Starts, plays the handshake, and waits until the link is up.</summary>
    public async Task<LoopbackStream> UpAsync()
    {
        Account.Start();
        var stream = await Server.NextStreamAsync();
        await stream.AcknowledgeAsync();
        await stream.AcknowledgeAsync();
        await Log.WaitAsync<LinkNews>(l => l is { Link: Link.Private, State: LinkState.Up });
        return stream;
    }

    public void Route(string path, Func<Seen, Answer> route) => Server.Routes[path] = route;

    public int Count(string path) => Server.Requests.Count(r => r.Path == path);

    public void Place(string id, decimal quantity = 10) => Account.Send(new PlaceOrder(AccountId.Main, new OrderRequest
    {
        ClientOrderId = new ClientOrderId(id),
        Symbol = Symbol,
        Side = Side.Buy,
        Type = OrderType.Limit,
        Quantity = Quantity.Of(quantity),
        Price = Price.Of(1),
    }));

    public string Order(string id, string status, decimal filled = 0, long at = 0) =>
        $$"""
        {"symbol":"XYZUSDT","orderId":"o-{{id}}","orderLinkId":"{{id}}","side":"Buy","orderType":"Limit","price":"1","qty":"10",
         "orderStatus":"{{status}}","positionIdx":0,"cumExecQty":"{{filled}}","avgPrice":"1","stopOrderType":"","reduceOnly":false,
         "updatedTime":"{{NowMs + at}}"}
        """;

    public string Execution(string id, string execId, decimal quantity) =>
        $$"""
        {"symbol":"XYZUSDT","orderId":"o-{{id}}","orderLinkId":"{{id}}","side":"Buy","execId":"{{execId}}","execPrice":"1",
         "execQty":"{{quantity}}","execFee":"0.001","feeRate":"0.0002","isMaker":true,"execType":"Trade","stopOrderType":"UNKNOWN",
         "closedSize":"0","execPnl":"0","execTime":"{{NowMs}}"}
        """;

    public string Position(decimal size, string extra = "", long at = 0) =>
        $$"""
        {"symbol":"XYZUSDT","positionIdx":0,"side":"{{(size == 0 ? "" : "Buy")}}","size":"{{size}}","avgPrice":"1",
         "updatedTime":"{{NowMs + at}}"{{extra}} }
        """;

    public static string Message(string topic, params string[] rows) =>
        $$"""{"id":"m","topic":"{{topic}}","creationTime":1700000000000,"data":[{{string.Join(',', rows)}}]}""";

    public async ValueTask DisposeAsync()
    {
        await Account.DisposeAsync();
        _client.Dispose();
        await Server.DisposeAsync();
    }
}
