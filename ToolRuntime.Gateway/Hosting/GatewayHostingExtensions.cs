using System.Text.Json.Serialization;
using Grpc.Net.Client.Balancer;
using Microsoft.Extensions.Options;
using ToolRuntime.Gateway.Authentication;
using ToolRuntime.Gateway.Execution;
using ToolRuntime.Gateway.Executors;
using ToolRuntime.Gateway.Executors.Balancing;
using ToolRuntime.Gateway.Grpc;
using ToolRuntime.Gateway.Limits;
using ToolRuntime.Gateway.Mcp;
using ToolRuntime.Gateway.OpenApi;
using ToolRuntime.Gateway.Rest;
using ToolRuntime.Gateway.Telemetry;
using ToolRuntime.ServiceDefaults;

namespace ToolRuntime.Gateway.Hosting;

internal static class GatewayHostingExtensions
{
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        builder.AddCallers();
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(TimeProvider.System);
        services.AddExecutors();
        services.AddSingleton<GatewayMetrics>();
        services.AddLimits();
        services.AddSingleton<CallGate>();
        services.AddSingleton<RunningCalls>();
        services.AddSingleton<ToolCaller>();
        services.AddHostedService(provider => provider.GetRequiredService<ToolCaller>());
        services.ConfigureOptions<CallSpanNames>();
        services.AddGrpcApi();
        services.AddRestApi();
        services.AddMcp();
    }

    public static void MapGateway(this WebApplication app)
    {
        app.UseProblems();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<BodyMetering>();
        app.MapDefaultEndpoints();
        app.MapGrpcService<ToolGrpcService>();
        app.MapGrpcHealthChecksService().AllowAnonymous();
        app.MapGrpcReflectionService();
        app.MapRest();
        app.MapMcp();
        app.MapApiDescription();
    }

    private static void AddExecutors(this IServiceCollection services)
    {
        services.AddSingleton<ExecutorEndpoints>();
        services.AddSingleton<IBackoffPolicyFactory, RediscoveryBackoff>();
        services.AddSingleton<ResolverFactory, DiscoveryResolverFactory>();
        services.AddSingleton<ExecutorLoads>();
        services.AddSingleton<CallRoutes>();
        services.AddSingleton<LoadBalancerFactory, LeastLoadedBalancerFactory>();
        services.AddSingleton<ExecutorChannels>();
        services.AddSingleton<ExecutorDirectory>();
        services.AddHostedService(provider => provider.GetRequiredService<ExecutorDirectory>());
    }

    private static void AddLimits(this IServiceCollection services)
    {
        services.ConfigureOptions<ConnectionLimits>();
        services.AddSingleton<CallLimiter>();
        services.AddSingleton<RequestMemory>();
    }

    private static void AddGrpcApi(this IServiceCollection services)
    {
        // Its own answer for them would stand in the way of REST's, on paths of two segments.
        services.AddGrpc(grpc => grpc.IgnoreUnknownServices = true);
        services.AddOptions<global::Grpc.AspNetCore.Server.GrpcServiceOptions>().Configure<IOptions<GatewayOptions>>((grpc, gateway) =>
        {
            grpc.MaxReceiveMessageSize = gateway.Value.MaxMessageBytes;
            grpc.MaxSendMessageSize = gateway.Value.MaxMessageBytes;
        });
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks().AddCheck<ExecutorsHealthCheck>("executors");
    }

    private static void AddRestApi(this IServiceCollection services)
    {
        services.AddProblems();
        services.AddApiDescription();
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
    }
}
