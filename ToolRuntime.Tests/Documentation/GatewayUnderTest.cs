using Microsoft.AspNetCore.Builder;
using ToolRuntime.Gateway.Hosting;
using ToolRuntime.ServiceDefaults;

namespace ToolRuntime.Tests.Documentation;

/// <summary>The gateway as its program builds it, in this process and not started.</summary>
internal static class GatewayUnderTest
{
    public static WebApplication Build()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ApplicationName = "ToolRuntime.Gateway" });
        builder.AddServiceDefaults();
        builder.AddGateway();
        var app = builder.Build();
        app.MapGateway();
        return app;
    }
}
