using System.Text;
using StrategyHost.Bybit.Rest;
using Xunit;

namespace StrategyHost.Bybit.Tests.Rest;

public sealed class RequestSignerTests
{
    private static readonly RequestSigner Signer = new(new ApiCredentials("TESTKEY000000001", "TESTSECRET0000000000000000000001"));

    // Vectors computed outside this project with another HMAC implementation.
    public static TheoryData<string, string, string> Requests => new()
    {
        {
            "get with a query", "category=linear&symbol=BTCUSDT&limit=50",
            "73c40d6fed3dabc9d0a550d4eb3b0ae97a7e79ba2c59d544060f1a4a5c53ba83"
        },
        { "get without a query", "", "5cebb100629ac3fdf0b17b6e648b546a027f924ba8dfd941e1e6d25fe063b150" },
        {
            "get with percent escapes", "category=linear&cursor=abc%3A1%2Cdef%3A2&limit=50",
            "75b1db055e106dbcfa4bdbb7f30ab0411b4a346d14b82668c5f3bd2873f50ca6"
        },
        {
            "post",
            """{"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Limit","qty":"0.001","price":"30000","""
                + "\"timeInForce\":\"GTC\",\"positionIdx\":0,\"orderLinkId\":\"sh-0001\"}",
            "f8a8806027a84dce313575d26f8e727a6fa7b2cbcaa673726dfb5fa43ce3a34c"
        },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Signature_equals_the_published_vector(string name, string payload, string expected)
    {
        var signature = Signer.Sign(new RequestStamp(1_700_000_000_000), Encoding.UTF8.GetBytes(payload));

        Assert.True(expected == signature, name);
    }

    [Fact]
    public void Stream_signature_equals_the_published_vector() =>
        Assert.Equal("e7a9ed074c6bf3c357c5a9bc00ab66b73e8c03eefa8eed3f8d1a1bdf95251c48", Signer.SignStream(1_700_000_010_000));

    [Fact]
    public void A_blank_more_in_the_body_changes_the_signature()
    {
        var stamp = new RequestStamp(1_700_000_000_000);

        Assert.NotEqual(Signer.Sign(stamp, "{\"a\":1}"u8), Signer.Sign(stamp, "{\"a\": 1}"u8));
    }

    [Fact]
    public void Credentials_show_neither_key_nor_secret_as_text()
    {
        var text = new ApiCredentials("the-key", "the-secret").ToString();

        Assert.DoesNotContain("the-key", text, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", text, StringComparison.Ordinal);
    }
}
