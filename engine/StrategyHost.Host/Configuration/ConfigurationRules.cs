using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Configuration;

/// <summary>Rules that a single key's range cannot state (contracts §3). Each reports at the key that is to be changed.</summary>
internal static class ConfigurationRules
{
    public static void Check(Section root, HostOptions options)
    {
        var accounts = root.Group("accounts");
        var mirror = accounts.Group("mirror");
        if (options.Mirror.Proportion > 1 && !mirror.Flag("allowLargeProportion"))
        {
            mirror.Report("proportion", "large_proportion",
                "'accounts.mirror.proportion' must be > 0 and ≤ 1: more would trade larger than main. If meant, set allowLargeProportion.");
        }

        foreach (var symbol in options.Mirror.Symbols.Where(s => s != "*" && !s.All(IsSymbolLetter)))
        {
            mirror.Report("symbols", "bad_symbol", $"'{symbol}' is neither {OptionFactory.SymbolMeaning} nor '*'.");
        }

        CheckLeverage(accounts.Group("main"), options.Main, options.Risk);
        CheckLeverage(mirror, options.Mirror.Account, options.Risk);
        CheckKeys(mirror, options);
        CheckStrategies(root, options);
    }

    /// <summary>In exact units of 1e-9; a finer value cannot be a price or a quantity.</summary>
    public static long? Exact(Section section, string name)
    {
        if (section.NumberOrNull(name) is not { } value)
        {
            return null;
        }

        if (FixedPoint.TryUnits(value) is { } units)
        {
            return units;
        }

        section.Report(name, "too_fine", $"'{name}' has more than {FixedPoint.Decimals} decimals. Round it.");
        return null;
    }

    public static Slippage SlippageOf(Section section)
    {
        if (Slippage.TryParse(section.Text("slippage")) is { } slippage)
        {
            return slippage;
        }

        section.Report("slippage", "bad_form", $"'simulation.slippage' must be {Slippage.Form}.");
        return default;
    }

    /// <summary>An absolute address of the scheme or its TLS form; the plain form only to this machine, since keys travel in it.</summary>
    public static Uri? Address(Section section, string name, string scheme)
    {
        if (section.TextOrNull(name) is not { } text)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || (address.Scheme != scheme && address.Scheme != scheme + "s"))
        {
            section.Report(name, "bad_address", $"'endpoints.{name}' must be an address that begins with {scheme}s://.");
            return null;
        }

        if (address.Scheme == scheme && !address.IsLoopback)
        {
            section.Report(name, "plain_address", $"'endpoints.{name}' is unencrypted and not on this machine. Use {scheme}s://.");
        }

        if (address.UserInfo.Length > 0)
        {
            section.Report(name, "secret_in_file", $"'endpoints.{name}' carries a user name or password. Remove it.");
        }

        return address;
    }

    private static bool IsSymbolLetter(char letter) => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter);

    private static void CheckLeverage(Section section, AccountOptions account, RiskOptions risk)
    {
        if (account.Leverage > risk.MaxLeverage)
        {
            section.Report("leverage", "over_max_leverage",
                $"'accounts.{account.Account}.leverage' is above risk.maxLeverage ({risk.MaxLeverage}). Lower it or raise the limit.");
        }
    }

    /// <summary>One key for two accounts would be one account traded twice.</summary>
    private static void CheckKeys(Section mirror, HostOptions options)
    {
        if (options.Mirror.Enabled && options.Mirror.Account.ApiKeyEnv == options.Main.ApiKeyEnv)
        {
            mirror.Report("apiKeyEnv", "same_account",
                "Main and mirror name the same key variable, so would be one account. Name another.");
        }
    }

    private static void CheckStrategies(Section root, HostOptions options)
    {
        if (options.Risk.ShareSymbols)
        {
            return;
        }

        var seen = new HashSet<(string, Symbol)>();
        foreach (var strategy in options.Strategies)
        {
            foreach (var symbol in strategy.Symbols.Where(s => !seen.Add((strategy.File, s))))
            {
                root.Report("strategies", "shared_symbol",
                    $"{strategy.File} trades {symbol} twice. Remove one, or set risk.shareSymbols to true.");
            }
        }
    }
}
