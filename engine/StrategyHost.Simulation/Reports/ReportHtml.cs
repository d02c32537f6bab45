using System.Security.Cryptography;
using System.Text;
using StrategyHost.Simulation.Reports.Html;

namespace StrategyHost.Simulation.Reports;

/// <summary>
/// <c>report.html</c>: one file with everything in it, readable offline on phone and desktop. Style, code and data are put into the
/// embedded template; the page fetches nothing, and its content security policy lets only this code run, so that a hostile tag, reason
/// or log line of a script stays text.
/// </summary>
public static class ReportHtml
{
    private static readonly string[] Styles = ["report.css", "blocks.css"];
    private static readonly string[] Scripts =
    [
        "format.js", "charts.js", "price.js", "tables.js", "trades.js", "signals.js", "cards.js", "periods.js", "report.js",
    ];

    public static byte[] ToBytes(BacktestReport report)
    {
        var style = string.Join('\n', Styles.Select(Resource));
        var script = string.Join('\n', Scripts.Select(Resource));
        var data = Encoding.UTF8.GetString(ReportJson.Build(writer => ReportData.Write(writer, report)));
        var html = new StringBuilder(Resource("report.html"));

        // The data come last: nothing in them may be taken for a placeholder.
        html.Replace("{{policy}}", Policy(style, script)).Replace("{{style}}", style);
        html.Replace("{{script}}", script).Replace("{{data}}", data);
        return Encoding.UTF8.GetBytes(html.ToString());
    }

    private static string Policy(string style, string script) =>
        $"default-src 'none'; base-uri 'none'; form-action 'none'; style-src {Source(style)}; script-src {Source(script)}";

    private static string Source(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    private static string Resource(string name)
    {
        using var stream = typeof(ReportHtml).Assembly.GetManifestResourceStream("Reports." + name)
            ?? throw new InvalidOperationException($"embedded resource {name} is missing from the build");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
