using System.Diagnostics;
using System.Globalization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Rest;

/// <summary>A failed read as an error for people.</summary>
internal static class Failures
{
    public static Error Of<T>(RestResult<T> result, string path)
    {
        var (code, text) = result switch
        {
            Refused<T> r => (r.RetCode, r.RetMsg),
            AlreadyDone<T> r => (r.RetCode, r.RetMsg),
            Retryable<T> r => (r.RetCode, r.Why),
            Ambiguous<T> r => (r.RetCode, r.Why),
            _ => throw new UnreachableException(result.ToString()),
        };
        return new Error
        {
            File = path,
            Field = "retCode",
            Value = code.ToString(CultureInfo.InvariantCulture),
            Rule = result is Refused<T> ? "exchange_refused" : "exchange_unanswered",
            Message = $"{path}: {code} {text}",
        };
    }
}
