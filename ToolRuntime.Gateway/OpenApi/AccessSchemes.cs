using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using ToolRuntime.Gateway.Authentication;

namespace ToolRuntime.Gateway.OpenApi;

/// <summary>Says in the document how a caller tells who it is, where callers are asked.</summary>
internal sealed class AccessSchemes(AccessList access) : IOpenApiDocumentTransformer
{
    private const string Bearer = "bearer";
    private const string Key = "key";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        if (access.Anonymous is not null)
        {
            return Task.CompletedTask;
        }

        document.AddComponent<IOpenApiSecurityScheme>(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A key, or a JWT where those are taken.",
        });
        document.AddComponent<IOpenApiSecurityScheme>(Key, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = CallerAuthenticationHandler.KeyHeader,
            Description = "A key.",
        });

        // One of the two.
        document.Security = [Requirement(Bearer, document), Requirement(Key, document)];
        return Task.CompletedTask;
    }

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
