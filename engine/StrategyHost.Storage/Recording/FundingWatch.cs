using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;

namespace StrategyHost.Storage.Recording;

/// <summary>
/// Funding settlements out of tickers: the rate that was announced last before a stamp is the one settled at it. A rate that was last heard
/// of too long before is not recorded, since it moves until the stamp.
/// </summary>
internal sealed class FundingWatch
{
    /// <summary>Longest silence before a stamp, in ms.</summary>
    public const long SilenceMsMax = 60_000;

    private (long StampMs, double Rate, long HeardMs)? _announced;

    /// <summary>The settlement that this ticker shows to have passed; null: none, or its rate is not known.</summary>
    public FundingRate? Take(TickerNews news)
    {
        FundingRate? settled = null;
        if (_announced is { } before && news.At.Ms >= before.StampMs)
        {
            settled = before.StampMs - before.HeardMs <= SilenceMsMax ? new FundingRate(before.StampMs, before.Rate) : null;
            _announced = null;
        }

        if (news is { NextFunding: { } next, FundingRate: { } rate } && next.Ms > news.At.Ms)
        {
            _announced = (next.Ms, rate, news.At.Ms);
        }

        return settled;
    }
}
