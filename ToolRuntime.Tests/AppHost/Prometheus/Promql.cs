using System.Globalization;
using System.Text.Json.Nodes;

namespace ToolRuntime.Tests.AppHost.Prometheus;

/// <summary>One series of an answer: its labels, as <c>name=value</c> sorted by name, and its value.</summary>
internal sealed record Sample(string Labels, double Value);

/// <summary>Asks Prometheus over its API.</summary>
internal static class Promql
{
    public static async Task<Sample[]> QueryAsync(this HttpClient prometheus, string query)
    {
        var answer = await prometheus.GetJsonAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}");
        return
        [
            .. answer["result"]!.AsArray().Select(series => new Sample(
                LabelsOf(series!["metric"]!.AsObject()),
                Parse(series["value"]![1]!.GetValue<string>())))
                .OrderBy(sample => sample.Labels, StringComparer.Ordinal),
        ];
    }

    /// <summary>The data of an answer; an error of Prometheus' fails the test with its text.</summary>
    public static async Task<JsonNode> GetJsonAsync(this HttpClient prometheus, string path)
    {
        using var response = await prometheus.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}\n{body}");
        return JsonNode.Parse(body)!["data"]!;
    }

    private static double Parse(string value) => value switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(value, CultureInfo.InvariantCulture),
    };

    private static string LabelsOf(JsonObject metric) => string.Join(
        ',', metric.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value!.GetValue<string>()}"));
}
