using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ToolRuntime.Tests.AppHost;

/// <summary>What the dashboard has received, by its telemetry API.</summary>
internal static class Telemetry
{
    /// <summary>Every span of the trace that holds the execution; none while that has not arrived.</summary>
    public static async Task<Span[]> TraceOfAsync(HttpClient dashboard, string executionId)
    {
        var spans = await SpansAsync(dashboard);
        var traceId = spans.FirstOrDefault(span => span.ExecutionId == executionId)?.TraceId;
        return [.. spans.Where(span => span.TraceId == traceId)];
    }

    /// <summary>The spans from the root down to the named one.</summary>
    public static IEnumerable<Span> AncestryOf(Span[] trace, string name)
    {
        var ancestry = new Stack<Span>();
        for (var span = trace.Single(span => span.Name == name); span is not null; span = trace.SingleOrDefault(parent => parent.Id == span.ParentId))
        {
            ancestry.Push(span);
        }

        return ancestry;
    }

    public static async Task<JsonNode?> LogOfAsync(HttpClient dashboard, string executionId)
    {
        var answer = await GetAsync(dashboard, "logs");
        return answer["data"]!["resourceLogs"]!.AsArray()
            .SelectMany(resource => resource!["scopeLogs"]!.AsArray())
            .SelectMany(scope => scope!["logRecords"]!.AsArray())
            .FirstOrDefault(record => Attribute(record!, "executionId") == executionId);
    }

    private static async Task<Span[]> SpansAsync(HttpClient dashboard)
    {
        var answer = await GetAsync(dashboard, "spans");
        return
        [
            .. from resource in answer["data"]!["resourceSpans"]!.AsArray()
               from scope in resource!["scopeSpans"]!.AsArray()
               from span in scope!["spans"]!.AsArray()
               select new Span(
                   Attribute(resource!["resource"]!, "service.name")!,
                   span!["name"]!.GetValue<string>(),
                   span["traceId"]!.GetValue<string>(),
                   span["spanId"]!.GetValue<string>(),
                   span["parentSpanId"]?.GetValue<string>(),
                   Attribute(span, "gen_ai.tool.call.id")),
        ];
    }

    private static async Task<JsonNode> GetAsync(HttpClient dashboard, string what) =>
        (await dashboard.GetFromJsonAsync<JsonNode>($"/api/telemetry/{what}", TestContext.Current.CancellationToken))!;

    private static string? Attribute(JsonNode node, string key) =>
        node["attributes"]?.AsArray().FirstOrDefault(attribute => attribute!["key"]!.GetValue<string>() == key)?["value"]?["stringValue"]?.GetValue<string>();

    internal sealed record Span(string Service, string Name, string TraceId, string Id, string? ParentId, string? ExecutionId);
}
