using System.Net.Mime;
using System.Text.Json;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Gateway.Rest;

/// <summary>A call's answer as JSON.</summary>
internal sealed class ExecutionResult(ExecuteToolResponse response) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = MediaTypeNames.Application.Json;
        await using var json = new Utf8JsonWriter(httpContext.Response.BodyWriter);
        ExecutionJson.Write(json, response);
    }
}
