using StrategyHost.Scripting.Modules;
using Xunit;

namespace StrategyHost.Scripting.Tests;

public sealed class PackageManifestTests
{
    [Theory]
    [InlineData("""{"main": "lib/a.js"}""", "lib/a.js")]
    [InlineData("""{"main": "a.mjs", "exports": "./b.js"}""", "./b.js")]
    [InlineData("""{"main": "a", "exports": {".": {"import": "./b.mjs", "require": "./b.cjs"}}}""", "./b.cjs")]
    [InlineData("""{"exports": {"import": "./b.mjs", "default": "./c.cjs"}}""", "./c.cjs")]
    [InlineData("""{"exports": {".": {"types": "./b.d.ts", "require": {"types": "./b.d.cts", "default": "./b.cjs"}}}}""", "./b.cjs")]
    [InlineData("""{"main": "a.js", "exports": {"./sub": "./sub.js"}}""", "a.js")]
    [InlineData("""{"main": "a.js", "exports": {".": null}}""", "a.js")]
    [InlineData("""{"main": 3}""", null)]
    [InlineData("""{"main": ""}""", null)]
    [InlineData("""{"main": "a\u0000.js"}""", null)]
    [InlineData("""[1]""", null)]
    [InlineData("""{"main": """, null)]
    [InlineData("", null)]
    public void Entry_is_the_commonjs_side(string json, string? entry) => Assert.Equal(entry, PackageManifest.Entry(json));
}
