using System.Globalization;
using StrategyHost.Bybit;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Streams;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Live;

/// <summary>
/// The clients of one run: one for public data, one per account with its own key, all under one budget for this machine's address. Keys
/// come from the environment and go nowhere else.
/// </summary>
internal sealed class BybitConnection : IDisposable
{
    /// <summary>A clock that is further off is a machine to be put right, not to be worked around.</summary>
    private const long ClockOffsetMsMax = 5000;

    /// <summary>Name of the budget of public requests.</summary>
    private static readonly AccountId Public = new("public");
    private readonly TimeProvider _time;
    private readonly BybitRestClient _public;
    private readonly List<(AccountOptions Account, BybitRestClient Client)> _clients = [];

    private BybitConnection(HostOptions options, BybitEndpoints endpoints, RequestGate gate, TimeProvider time)
    {
        (Endpoints, _time) = (endpoints, time);
        StreamOptions = new StreamOptions { ReconnectDelayMs = options.Globals.PriceMonitorReconnectDelaySeconds * 1000 };
        _public = new BybitRestClient(new RestOptions { Address = endpoints.Rest, Account = Public }, gate, time);
    }

    public BybitEndpoints Endpoints { get; }
    public StreamOptions StreamOptions { get; }

    /// <summary>How far this machine's clock is behind the exchange's; null: not measured.</summary>
    public long? ClockOffsetMs => _public.ClockOffsetMs;

    /// <summary>Main first; empty in paper mode without keys.</summary>
    public IReadOnlyList<(AccountOptions Account, BybitRestClient Client)> Clients => _clients;

    /// <param name="options">The configuration.</param>
    /// <param name="environment">Looks up a variable; null or empty: not set.</param>
    /// <param name="needsKeys">False: public data only, keys are looked at where there are some.</param>
    /// <param name="time">The clock.</param>
    /// <param name="only">The only account that is meant; null: all of the configuration.</param>
    public static Result<BybitConnection> Open(
        HostOptions options, Func<string, string?> environment, bool needsKeys, TimeProvider time, AccountId? only = null)
    {
        var endpoints = EndpointsOf(options.EffectiveMode).With(
            options.Endpoints.Rest?.ToString(), options.Endpoints.PublicStream?.ToString(), options.Endpoints.PrivateStream?.ToString());
        var errors = new List<Error>(endpoints.Errors);
        var keys = new List<(AccountOptions Account, ApiCredentials Credentials)>();
        var configured = options.Mirror.Enabled ? [options.Main, options.Mirror.Account] : new[] { options.Main };
        foreach (var account in configured.Where(a => only is null || a.Account == only))
        {
            var (key, secret) = (environment(account.ApiKeyEnv), environment(account.ApiSecretEnv));
            if (!string.IsNullOrEmpty(key) && !string.IsNullOrEmpty(secret))
            {
                keys.Add((account, new ApiCredentials(key, secret)));
            }
            else if (needsKeys)
            {
                errors.Add(Missing(account, string.IsNullOrEmpty(key) ? account.ApiKeyEnv : account.ApiSecretEnv));
            }
        }

        if (errors.Count > 0)
        {
            return Result<BybitConnection>.Failed(errors);
        }

        var gate = new RequestGate(RequestLimits.Default, time);
        var connection = new BybitConnection(options, endpoints.Value, gate, time);
        foreach (var (account, credentials) in keys)
        {
            connection._clients.Add((account, new BybitRestClient(
                new RestOptions { Address = endpoints.Value.Rest, Account = account.Account, Credentials = credentials }, gate, time)));
        }

        return connection;
    }

    /// <summary>Null: the exchange answers and our clock is near its own.</summary>
    public async Task<IReadOnlyList<Error>?> CheckClockAsync(CancellationToken cancellation)
    {
        if (!await _public.MeasureClockAsync(cancellation))
        {
            return [new Error
            {
                Field = "endpoints.rest",
                Value = Endpoints.Rest.ToString(),
                Rule = "exchange_unreachable",
                Message = $"{Endpoints.Rest} does not answer: look at the network, or at endpoints.rest in the configuration",
            }];
        }

        var offset = _public.ClockOffsetMs ?? 0;
        return Math.Abs(offset) <= ClockOffsetMsMax ? null : [new Error
        {
            Field = "clock",
            Value = offset.ToString(CultureInfo.InvariantCulture),
            Rule = "clock_off",
            Message = $"this machine's clock is {Math.Abs(offset) / 1000.0:F1} s {(offset > 0 ? "behind" : "ahead of")} the exchange's; "
                + "set it right (for example with chrony) and start again",
        }];
    }

    public async Task<Result<IReadOnlyList<Instrument>>> InstrumentsAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation)
    {
        var list = await BybitInstruments.FetchAsync(_public, cancellation);
        if (!list.IsOk)
        {
            return Result<IReadOnlyList<Instrument>>.Failed(list.Errors);
        }

        var errors = new List<Error>();
        var found = new List<Instrument>();
        foreach (var symbol in symbols)
        {
            if (list.Value.Tradable.TryGetValue(symbol, out var instrument))
            {
                found.Add(instrument);
            }
            else if (list.Value.Refused.TryGetValue(symbol, out var why))
            {
                errors.AddRange(why);
            }
            else
            {
                errors.Add(new Error
                {
                    Field = "symbol",
                    Value = symbol.Name,
                    Rule = "unknown_symbol",
                    Message = $"the exchange knows no linear contract {symbol}."
                        + NearestName.Hint(symbol.Name, [.. list.Value.Tradable.Keys.Select(k => k.Name)]),
                });
            }
        }

        return errors.Count == 0 ? found : Result<IReadOnlyList<Instrument>>.Failed(errors);
    }

    public Task<Result<KlineBlock>> HistoryAsync(Symbol symbol, Interval interval, int count, CancellationToken cancellation)
    {
        var to = interval.StartOf(_public.ServerNow);
        return BybitKlines.FetchAsync(_public, new KlineQuery(symbol, interval, to.AddMs(-count * interval.Ms), to), cancellation);
    }

    public BybitMarketData OpenMarket(IExchangeListener listener, Action<IReadOnlyList<Error>> problems) =>
        new(Endpoints.PublicStream, _public, StreamOptions, listener, _time) { OnProblems = problems };

    public void Dispose()
    {
        _public.Dispose();
        _clients.ForEach(c => c.Client.Dispose());
    }

    private static BybitEndpoints EndpointsOf(HostMode mode) => mode switch
    {
        HostMode.Demo => BybitEndpoints.Demo,
        HostMode.Testnet => BybitEndpoints.Testnet,
        HostMode.Live or HostMode.Paper or HostMode.Simulated => BybitEndpoints.Live,
    };

    private static Error Missing(AccountOptions account, string variable) => new()
    {
        Field = $"accounts.{account.Account}",
        Value = variable,
        Rule = "missing_key",
        Message = $"the environment variable {variable} is not set: it holds the {account.Account} account's key or secret",
    };
}
