using Xunit;

namespace StrategyHost.Bybit.Tests;

public sealed class EndpointsTests
{
    [Fact]
    public void Demo_shows_the_market_of_live_and_trades_on_its_own_hosts()
    {
        Assert.Equal(BybitEndpoints.Live.PublicStream, BybitEndpoints.Demo.PublicStream);
        Assert.Equal("https://api-demo.bybit.com/", BybitEndpoints.Demo.Rest.ToString());
        Assert.Equal("wss://stream-demo.bybit.com/v5/private", BybitEndpoints.Demo.PrivateStream.ToString());
    }

    [Theory]
    [InlineData("http://127.0.0.1:8787")]
    [InlineData("http://localhost:8787")]
    [InlineData("http://[::1]:8787")]
    [InlineData("https://api.bybit.nl")]
    public void Loopback_and_encrypted_hosts_are_taken(string rest) => Assert.True(BybitEndpoints.Live.With(rest, null, null).IsOk);

    [Theory]
    [InlineData("http://api.bybit.com", "endpoint_plain")]
    [InlineData("http://127.0.0.1.example.com", "endpoint_plain")]
    [InlineData("ftp://127.0.0.1", "endpoint_invalid")]
    [InlineData("https://user:pass@api.bybit.com", "endpoint_invalid")]
    [InlineData("https://api.bybit.com/?x=1", "endpoint_invalid")]
    [InlineData("api.bybit.com", "endpoint_invalid")]
    public void Other_addresses_are_refused_with_one_clear_line(string rest, string rule)
    {
        var error = Assert.Single(BybitEndpoints.Live.With(rest, null, null).Errors);

        Assert.Equal((rule, "endpoints.rest"), (error.Rule, error.Field));
        Assert.DoesNotContain("pass", error.Value + error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_address_is_told()
    {
        var errors = BybitEndpoints.Live.With("http://a.b", "ws://a.b", "http://a.b").Errors;

        Assert.Equal(["endpoints.rest", "endpoints.publicStream", "endpoints.privateStream"], errors.Select(e => e.Field));
    }

    [Fact]
    public void Stream_without_a_path_gets_the_exchanges()
    {
        var endpoints = BybitEndpoints.Live.With("http://127.0.0.1:1", "ws://127.0.0.1:1", "ws://127.0.0.1:1/v5/private").Value;

        Assert.Equal("ws://127.0.0.1:1/v5/public/linear", endpoints.PublicStream.ToString());
        Assert.Equal("ws://127.0.0.1:1/v5/private", endpoints.PrivateStream.ToString());
    }
}
