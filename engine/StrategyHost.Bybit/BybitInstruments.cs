using StrategyHost.Bybit.Codec;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit;

/// <summary>What is traded: the USDT perpetuals, and why a wanted symbol is not among them.</summary>
public sealed record InstrumentList(
    IReadOnlyDictionary<Symbol, Instrument> Tradable, IReadOnlyDictionary<Symbol, IReadOnlyList<Error>> Refused)
{
    /// <summary>Announced ends of trading (bybit-v5 §2.2): no entries from some time before.</summary>
    public IReadOnlyDictionary<Symbol, Timestamp> Delistings { get; init; } = new Dictionary<Symbol, Timestamp>();
}

/// <summary>
/// Reads the instruments (Bybit V5 instruments-info, fee-rate, read 2026-07-24). Filters change: read them at least daily.
/// </summary>
public static class BybitInstruments
{
    private const int PagesMax = 20;

    /// <summary>Every linear contract, all pages.</summary>
    public static async Task<Result<InstrumentList>> FetchAsync(BybitRestClient client, CancellationToken cancellation)
    {
        var tradable = new Dictionary<Symbol, Instrument>();
        var refused = new Dictionary<Symbol, IReadOnlyList<Error>>();
        var delistings = new Dictionary<Symbol, Timestamp>();
        string? cursor = null;
        for (var page = 0; page < PagesMax; page++)
        {
            var request = new RestRequest<ListResult<InstrumentRow>>("/v5/market/instruments-info", BybitJson.Default.InstrumentReply)
            {
                Query = Query.WithCursor("category=linear&limit=1000", cursor),
                IsSigned = false,
            };
            var result = await client.SendAsync(request, cancellation).ConfigureAwait(false);
            if (result is not Ok<ListResult<InstrumentRow>> { Value: var list })
            {
                return Failures.Of(result, request.Path);
            }

            foreach (var row in list.List ?? [])
            {
                var symbol = new Symbol(row.Symbol ?? "");
                var read = InstrumentCodec.Instrument(row);
                if (read.IsOk)
                {
                    tradable[symbol] = read.Value;
                }
                else
                {
                    refused[symbol] = read.Errors;
                }

                if (InstrumentCodec.DelistingTime(row) is { } at)
                {
                    delistings[symbol] = at;
                }
            }

            if (string.IsNullOrEmpty(list.NextPageCursor))
            {
                break;
            }

            cursor = list.NextPageCursor;
        }

        return new InstrumentList(tradable, refused) { Delistings = delistings };
    }

    /// <summary>The instrument with the account's fee rates; unchanged where the exchange does not tell them (demo does not).</summary>
    public static async Task<Instrument> WithFeesAsync(BybitRestClient client, Instrument instrument, CancellationToken cancellation)
    {
        var request = new RestRequest<ListResult<FeeRateRow>>("/v5/account/fee-rate", BybitJson.Default.FeeRateReply)
        {
            Query = Query.Of(("category", "linear"), ("symbol", instrument.Symbol.Name)),
        };
        var result = await client.SendAsync(request, cancellation).ConfigureAwait(false);
        var row = (result as Ok<ListResult<FeeRateRow>>)?.Value.List?.FirstOrDefault(r => r.Symbol == instrument.Symbol.Name);
        return instrument with
        {
            TakerFee = row?.TakerFeeRate ?? instrument.TakerFee,
            MakerFee = row?.MakerFeeRate ?? instrument.MakerFee,
        };
    }
}
