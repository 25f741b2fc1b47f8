using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Client;

/// <summary>Reads what a call came to.</summary>
public static class ToolResponseExtensions
{
    /// <returns>What the tool returned; null for JSON's null.</returns>
    /// <exception cref="ToolExecutionException">The tool failed.</exception>
    /// <exception cref="JsonException">The result is no <typeparamref name="T"/>.</exception>
    [RequiresUnreferencedCode("The type is found by reflection; use the overload with JsonTypeInfo in trimmed applications.")]
    [RequiresDynamicCode("The type is found by reflection; use the overload with JsonTypeInfo in native applications.")]
    public static T? ReadResult<T>(this ExecuteToolResponse response) =>
        response.ReadResult((JsonTypeInfo<T>)JsonSerializerOptions.Web.GetTypeInfo(typeof(T)));

    /// <inheritdoc cref="ReadResult{T}(ExecuteToolResponse)"/>
    public static T? ReadResult<T>(this ExecuteToolResponse response, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.Outcome == Outcome.Success
            ? JsonSerializer.Deserialize(response.Result.Span, type)
            : throw new ToolExecutionException(response);
    }
}
