using System.Text.Json;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Reload;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>What loading a script looks at, which is watched and goes into the journal.</summary>
public sealed class SeenFilesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("strategyhost-seen-").FullName;

    private string Strategies => Path.Combine(_root, "strategies");

    [Theory]
    [InlineData("link")]
    [InlineData("linked/secret")]
    [InlineData("up")]
    [InlineData("absolute")]
    [InlineData("manifest")]
    public void Of_files_outside_the_folder_nothing_is_read(string required)
    {
        Lay();
        var files = Load(required);
        Assert.NotEmpty(files.Paths);
        Assert.All(files.Paths, p => Assert.StartsWith(Strategies + "/", p, StringComparison.Ordinal));
        Assert.DoesNotContain(files.Paths, p => p.Contains("/linked/", StringComparison.Ordinal)); // its folder would be watched
        Assert.DoesNotContain(files.Texts, t => t.Value.Contains("secret word", StringComparison.Ordinal));
        Assert.False(files.IsOutdated());
    }

    [Fact]
    public void Link_that_led_out_and_is_a_file_now_is_another_version()
    {
        Lay();
        var files = Load("link");
        var link = Path.Combine(Strategies, "node_modules", "link.js");
        Assert.Contains(link, files.Paths);
        File.Delete(link);
        File.WriteAllText(link, "exports.x = 1;");
        Assert.True(files.IsOutdated());
    }

    [Fact]
    public void File_that_has_become_a_link_is_another_version()
    {
        Lay();
        var files = Load("inside");
        Assert.False(files.IsOutdated());
        var inside = Path.Combine(Strategies, "node_modules", "inside.js");
        File.Delete(inside);
        File.CreateSymbolicLink(inside, "/dev/zero"); // reading it would never end
        Assert.True(files.IsOutdated());
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private SeenFiles Load(string required)
    {
        var script = Path.Combine(Strategies, "s.js");
        File.WriteAllText(script, $"var x = require('{required}'); function settings() {{ return {{ symbols: ['BTCUSDT'] }}; }}");
        var files = new SeenFiles();
        using var lane = new ScriptLane("a test");
        lane.Run(() =>
        {
            var loaded = ScriptEngines.Choose("auto").Value.Engine.Load(files.Source(script).Value, new ScriptLimits());
            Assert.Equal(required == "inside", loaded.IsOk);
            if (loaded.IsOk)
            {
                loaded.Value.Dispose();
            }
        });
        return files;
    }

    private void Lay()
    {
        var packages = Path.Combine(Strategies, "node_modules");
        foreach (var folder in new[] { "up", "absolute", "manifest" })
        {
            Directory.CreateDirectory(Path.Combine(packages, folder));
        }

        var secret = Path.Combine(_root, "secret.js");
        File.WriteAllText(secret, "exports.x = 'the secret word';");
        File.WriteAllText(Path.Combine(packages, "inside.js"), "exports.x = 1;");
        File.CreateSymbolicLink(Path.Combine(packages, "link.js"), secret);
        Directory.CreateSymbolicLink(Path.Combine(packages, "linked"), _root);
        File.WriteAllText(Path.Combine(packages, "up", "package.json"), """{ "main": "../../../secret.js" }""");
        File.WriteAllText(Path.Combine(packages, "absolute", "package.json"), $$"""{ "main": {{JsonSerializer.Serialize(secret)}} }""");
        File.CreateSymbolicLink(Path.Combine(packages, "manifest", "package.json"), "/dev/zero");
    }
}
