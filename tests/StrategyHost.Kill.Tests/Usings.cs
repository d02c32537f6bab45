global using StrategyHost.Host.Tests.Live;
global using Xunit;
