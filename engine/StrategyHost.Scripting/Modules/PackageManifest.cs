using System.Text.Json;

namespace StrategyHost.Scripting.Modules;

/// <summary>
/// Where a package begins, by its <c>package.json</c>: the CommonJS side of <c>exports</c> if there is one, else <c>main</c> (Node.js
/// documentation, "Modules: Packages", read 2026-11-21). Deeper paths of a package are plain files and not looked up here.
/// </summary>
internal static class PackageManifest
{
    private const int DepthMax = 8;

    /// <summary>The path as the package writes it, or null where it says nothing that could be a path.</summary>
    public static string? Entry(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var exported = root.TryGetProperty("exports", out var exports) ? Target(exports, 0) : null;
            return Path(exported ?? (root.TryGetProperty("main", out var main) ? Text(main) : null));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The first condition in the package's own order that a CommonJS loader without Node's modules may take.</summary>
    private static string? Target(JsonElement exports, int depth)
    {
        if (Text(exports) is { } text)
        {
            return text;
        }

        if (exports.ValueKind != JsonValueKind.Object || depth > DepthMax)
        {
            return null;
        }

        foreach (var property in exports.EnumerateObject())
        {
            if (property.Name is "." or "require" or "node" or "default" && Target(property.Value, depth + 1) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Path(string? text) => string.IsNullOrEmpty(text) || text.Contains('\0', StringComparison.Ordinal) ? null : text;
}
