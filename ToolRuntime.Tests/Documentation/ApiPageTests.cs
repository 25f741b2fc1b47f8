using System.Text.RegularExpressions;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Routing;

namespace ToolRuntime.Tests.Documentation;

/// <summary>The page of the endpoints against what the gateway serves, both ways.</summary>
public sealed partial class ApiPageTests
{
    [Fact]
    public void Every_endpoint_is_on_the_page_and_no_other()
    {
        using var app = GatewayUnderTest.Build();
        var endpoints = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

        Assert.Equal(
            endpoints.SelectMany(NamesOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            MarkdownPage.Read("docs/api.md").Rows("Endpoints").Select(row => row.Name).Order(StringComparer.Ordinal));
    }

    // Without what routing wants to know of it.
    [GeneratedRegex(@"\{\**(\w+)[^}]*\}")]
    private static partial Regex Parameter();

    private static IEnumerable<string> NamesOf(RouteEndpoint endpoint)
    {
        var path = endpoint.RoutePattern.RawText!;
        if (endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is { } grpc)
        {
            return [$"gRPC {grpc.Method.FullName[1..]}"];
        }

        // gRPC's own, for services and methods that there are not.
        if (path.Contains("unimplemented", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        path = Parameter().Replace($"/{path.Trim('/')}", "{$1}");
        return endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { } methods
            ? methods.HttpMethods.Select(method => $"{method} {path}")
            : [$"GET {path}"];
    }
}
