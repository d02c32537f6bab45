using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Tests.Configuration;

/// <summary>Laws of the reader: it is total, and what it refuses it refuses with a place.</summary>
public sealed class ConfigurationLawTests
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    [Fact]
    public void AnyText_GivesOptionsOrErrors_NeverAnException() => Prop.ForAll<string?>(text =>
    {
        var result = ConfigurationReader.ReadText("c.json", text ?? "", NoEnvironment);
        return result.IsOk || result.Errors.All(e => e.Message.Length > 0 && e.Rule.Length > 0);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void DefaultFile_WithAPieceReplaced_GivesOptionsOrErrorsWithAPlace()
    {
        var file = ConfigurationReader.EmbeddedText();
        Prop.ForAll<NonNegativeInt, NonNegativeInt, string?>((at, length, piece) =>
        {
            var start = at.Get * 37 % file.Length;
            var end = Math.Min(file.Length, start + length.Get);
            var result = ConfigurationReader.ReadText("c.json", file[..start] + piece + file[end..], NoEnvironment);
            return result.IsOk || result.Errors.All(e => e.Line > 0 && e.Column > 0);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void AnyVariable_GivesOptionsOrErrors_NeverAnException() => Prop.ForAll<string?>(value =>
    {
        string?[] keys = ["mode", "strategies", "symbols__BTCUSDT", "accounts__mirror__symbols__0", "risk__noEntry__0__at", value];
        foreach (var key in keys)
        {
            var environment = new Dictionary<string, string> { ["STRATEGYHOST__" + key] = value ?? "" };
            var result = ConfigurationReader.ReadText("c.json", "{}", environment);
            if (!result.IsOk && result.Errors.Count == 0)
            {
                return false;
            }
        }

        return true;
    }).QuickCheckThrowOnFailure();
}
