using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Journal;

/// <summary>
/// Tells whether two runs had the same effective configuration: the SHA-256 of all its values, whatever file, order or environment they
/// came from. Keys are not among them, only the names of their variables.
/// </summary>
internal static class ConfigurationHash
{
    public static string Of(HostOptions options)
    {
        var text = new StringBuilder();
        Write(text, options);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null;");
                break;
            case string or ValueType or Uri:
                text.Append(CultureInfo.InvariantCulture, $"{value};");
                break;
            case IDictionary map:
                foreach (var key in map.Keys.Cast<object>().OrderBy(k => k.ToString(), StringComparer.Ordinal))
                {
                    text.Append(CultureInfo.InvariantCulture, $"{key}=");
                    Write(text, map[key]);
                }

                break;
            case IEnumerable list:
                text.Append('[');
                foreach (var item in list)
                {
                    Write(text, item);
                }

                text.Append("];");
                break;
            default:
                foreach (var property in value.GetType().GetProperties().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    text.Append(CultureInfo.InvariantCulture, $"{property.Name}=");
                    Write(text, property.GetValue(value));
                }

                break;
        }
    }
}
