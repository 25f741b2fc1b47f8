using Microsoft.OpenApi;

namespace ToolRuntime.Gateway.OpenApi;

/// <summary>Describes the REST API at <c>/openapi/v1.json</c>, anew for each request.</summary>
internal static class OpenApiExtensions
{
    public static void AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi(options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith("v1/", StringComparison.Ordinal) ?? false;
            options.AddDocumentTransformer<ToolOperations>();
            options.AddDocumentTransformer<AccessSchemes>();
        });

    public static void MapApiDescription(this IEndpointRouteBuilder app) => app.MapOpenApi();
}
