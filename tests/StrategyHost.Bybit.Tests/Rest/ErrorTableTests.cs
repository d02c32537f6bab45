using System.Globalization;
using System.Text.RegularExpressions;
using StrategyHost.Bybit.Rest;
using StrategyHost.Core.Domain;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Bybit.Tests.Rest;

public sealed class ErrorTableTests
{
    public static TheoryData<int, RequestKind, string, ErrorClass, RequestOutcome> Rules => new()
    {
        { 10000, RequestKind.Place, "", ErrorClass.Ambiguous, RequestOutcome.Unknown },
        { 10001, RequestKind.Place, "Qty invalid", ErrorClass.Definitive, RequestOutcome.NotAccepted },
        { 10001, RequestKind.Place, "OrderLinkedID is duplicate", ErrorClass.Ambiguous, RequestOutcome.Unknown },
        { 10001, RequestKind.Amend, "order not modified", ErrorClass.SuccessLike, RequestOutcome.AlreadyDone },
        { 10001, RequestKind.TradingStop, "not modified", ErrorClass.SuccessLike, RequestOutcome.AlreadyDone },
        { 10001, RequestKind.Place, "not modified", ErrorClass.Definitive, RequestOutcome.NotAccepted },
        { 10002, RequestKind.Place, "", ErrorClass.Retryable, RequestOutcome.NotAccepted },
        { 10006, RequestKind.Place, "", ErrorClass.Retryable, RequestOutcome.NotAccepted },
        { 110001, RequestKind.Cancel, "", ErrorClass.SuccessLike, RequestOutcome.AlreadyDone },
        { 110001, RequestKind.Amend, "", ErrorClass.Definitive, RequestOutcome.NotAccepted },
        { 110008, RequestKind.Amend, "", ErrorClass.Definitive, RequestOutcome.NotAccepted },
        { 110072, RequestKind.Place, "", ErrorClass.SuccessLike, RequestOutcome.AlreadyDone },
        { 170141, RequestKind.Place, "", ErrorClass.Ambiguous, RequestOutcome.Unknown },
        { 987654, RequestKind.Place, "", ErrorClass.Ambiguous, RequestOutcome.Unknown },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void RetCode_has_its_class(int code, RequestKind request, string text, ErrorClass expected, RequestOutcome outcome)
    {
        var advice = ErrorTable.OfRetCode(code, request, text);

        Assert.Equal((expected, outcome), (advice.Class, advice.Outcome));
        Assert.Equal(code, advice.Code);
    }

    [Theory]
    [InlineData(400, ErrorClass.Definitive, RequestOutcome.NotAccepted)]
    [InlineData(401, ErrorClass.Fatal, RequestOutcome.NotAccepted)]
    [InlineData(403, ErrorClass.Fatal, RequestOutcome.Unknown)]
    [InlineData(404, ErrorClass.Definitive, RequestOutcome.NotAccepted)]
    [InlineData(429, ErrorClass.Ambiguous, RequestOutcome.Unknown)]
    [InlineData(500, ErrorClass.Ambiguous, RequestOutcome.Unknown)]
    [InlineData(504, ErrorClass.Ambiguous, RequestOutcome.Unknown)]
    [InlineData(302, ErrorClass.Ambiguous, RequestOutcome.Unknown)]
    public void HttpStatus_has_its_class(int status, ErrorClass expected, RequestOutcome outcome)
    {
        var advice = ErrorTable.OfHttpStatus(status);

        Assert.Equal((expected, outcome), (advice.Class, advice.Outcome));
    }

    [Fact]
    public void Every_listed_code_says_what_to_do() =>
        Assert.All(ErrorTable.Listed, a => Assert.EndsWith(".", a.Advice, StringComparison.Ordinal));

    [Fact]
    public void Ambiguous_codes_never_claim_to_know_the_outcome() =>
        Assert.All(ErrorTable.Listed.Where(a => a.Class == ErrorClass.Ambiguous), a => Assert.Equal(RequestOutcome.Unknown, a.Outcome));

    [SharedFact]
    public void Table_agrees_with_every_row_of_the_reference()
    {
        var problems = new List<string>();
        foreach (var (code, retry) in ReferenceRows())
        {
            var cancel = ErrorTable.OfRetCode(code, RequestKind.Cancel);
            var allowed = Allowed(code, retry);
            if (cancel.Advice.StartsWith("Unknown code", StringComparison.Ordinal) || !allowed.Contains(cancel.Class))
            {
                problems.Add($"{code} ({retry}): {cancel.Class}");
            }
        }

        Assert.Empty(problems);
    }

    [SharedFact]
    public void Codes_that_prove_a_refusal_are_known_as_not_accepted()
    {
        var text = File.ReadAllText(SharedFolder.Path("reference", "reliability.md"));
        var list = Regex.Match(text, @"retCode in \{([\d, ]+)\}").Groups[1].Value;
        var set = list.Split(',').Select(c => int.Parse(c, CultureInfo.InvariantCulture)).ToArray();

        Assert.NotEmpty(set);
        Assert.All(set, code => Assert.Equal(RequestOutcome.NotAccepted, ErrorTable.OfRetCode(code, RequestKind.Place).Outcome));
    }

    // A place may read a row more carefully than its letter; the second source (reliability §5.2) is the reason.
    private static ErrorClass[] Allowed(int code, string retry) => retry switch
    {
        _ when code is 10014 => [ErrorClass.SuccessLike],
        _ when retry.StartsWith("OK", StringComparison.Ordinal) => [ErrorClass.SuccessLike],
        _ when retry.StartsWith('R') => [ErrorClass.Retryable],
        "N" => [ErrorClass.Definitive],
        "N/F" => [ErrorClass.Definitive, ErrorClass.Fatal],
        "A" => [ErrorClass.Ambiguous],
        "F" => [ErrorClass.Fatal],
        _ => [],
    };

    private static IEnumerable<(int Code, string Retry)> ReferenceRows()
    {
        var lines = File.ReadAllLines(SharedFolder.Path("reference", "bybit-v5.md"));
        var section = lines.SkipWhile(l => !l.StartsWith("### 1.5", StringComparison.Ordinal))
            .TakeWhile(l => !l.StartsWith("### 1.6", StringComparison.Ordinal));
        var rows = section.Where(l => l.StartsWith("| ", StringComparison.Ordinal));
        foreach (var cells in rows.Select(l => l.Split('|', StringSplitOptions.TrimEntries)))
        {
            foreach (var code in CodesOf(cells[1]))
            {
                yield return (code, cells[3]);
            }
        }
    }

    // "110095–110100, 110103", "30208 / 30209", "-1"; "HTTP 400" and "170xxx" are tested by name.
    private static IEnumerable<int> CodesOf(string cell)
    {
        foreach (var part in cell.Split([',', '/'], StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('–');
            if (ends.All(e => int.TryParse(e, CultureInfo.InvariantCulture, out _)))
            {
                var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
                var last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
                for (var code = first; code <= last; code++)
                {
                    yield return code;
                }
            }
        }
    }
}
