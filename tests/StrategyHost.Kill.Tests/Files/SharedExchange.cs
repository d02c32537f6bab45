namespace StrategyHost.Kill.Tests.Files;

/// <summary>One emulator for all tests of a class, with two new accounts for each of them.</summary>
public sealed class SharedExchange : IAsyncLifetime
{
    private int _count;

    internal EmulatedExchange Exchange { get; private set; } = null!; // xUnit initialises it before the first test

    public async Task InitializeAsync() => Exchange = await EmulatedExchange.StartAsync("--seed", "5");

    public async Task DisposeAsync() => await Exchange.DisposeAsync();

    internal async Task<FaultyHost> HostAsync()
    {
        var number = ++_count;
        foreach (var account in (string[])["main", "mirror"])
        {
            await Exchange.PostAsync("/emulator/account", new { key = $"{account}-{number}" });
        }

        return new FaultyHost(Exchange, $"main-{number}", $"mirror-{number}");
    }
}
