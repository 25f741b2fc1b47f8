using System.Text.Json.Serialization;
using Grpc.Net.Client.Balancer;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using ToolRuntime.Gateway.Execution;
using ToolRuntime.Gateway.Executors;
using ToolRuntime.Gateway.Executors.Balancing;
using ToolRuntime.Gateway.OpenApi;
using ToolRuntime.Gateway.Rest;

namespace ToolRuntime.Gateway.Hosting;

internal static class GatewayHostingExtensions
{
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(TimeProvider.System);
        services.AddExecutors();
        services.AddSingleton<RunningCalls>();
        services.AddSingleton<ToolCaller>();
        services.AddHostedService(provider => provider.GetRequiredService<ToolCaller>());
        services.ConfigureOptions<CallSpanNames>();
        services.AddGrpcApi();
        services.AddRestApi();
        return services;
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
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayOptions>>((kestrel, gateway) =>
            kestrel.Limits.MaxRequestBodySize = gateway.Value.MaxMessageBytes);
        services.AddProblems();
        services.AddApiDescription();
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
    }
}
