using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ToolRuntime.AppHost.Ports;

namespace ToolRuntime.AppHost.Gateway;

internal static partial class GatewayExtensions
{
    public static IResourceBuilder<ProjectResource> AddGateway(this IDistributedApplicationBuilder builder, string name)
    {
        var httpPort = builder.GetPort("GatewayHttp", 5080);
        var grpcPort = builder.GetPort("GatewayGrpc", 5081);
        return builder.AddProject<Projects.ToolRuntime_Gateway>(name, KestrelEndpoints.Exclude)
            .WithKestrelEndpoints(httpPort, grpcPort)
            .WithNamedLinks("Tools (REST)", "/v1/tools");
    }

    /// <summary>Every executor's own address, so that calls are balanced one by one and not per connection.</summary>
    public static IResourceBuilder<ProjectResource> WithExecutors(
        this IResourceBuilder<ProjectResource> gateway, IReadOnlyList<IResourceBuilder<ProjectResource>> executors)
    {
        for (var i = 0; i < executors.Count; i++)
        {
            var variable = string.Create(CultureInfo.InvariantCulture, $"services__executor__grpc__{i}");
            gateway.WithEnvironment(variable, executors[i].GetEndpoint("grpc")).WaitFor(executors[i]);
        }

        return gateway;
    }

    /// <summary>A first call to try: as a command on the Gateway's row, and as a line for a shell once it is ready.</summary>
    public static IResourceBuilder<ProjectResource> WithSampleCall(
        this IResourceBuilder<ProjectResource> gateway, string toolId, string input)
    {
        var path = $"/v1/tools/{toolId}/execute";
        return gateway
            .WithHttpCommand(path, $"Run {toolId}", endpointName: "http", commandName: "run-sample", commandOptions: new HttpCommandOptions
            {
                Description = $"Calls the tool {toolId} with {input}",
                IconName = "Play",
                IsHighlighted = true,
                Method = HttpMethod.Post,
                PrepareRequest = context =>
                {
                    context.Request.Content = new StringContent(input, Encoding.UTF8, "application/json");
                    return Task.CompletedTask;
                },
                GetCommandResult = SampleCallResult.ReadAsync,
            })
            .OnResourceReady((resource, ready, _) =>
            {
                var (http, grpc) = (resource.GetEndpoint("http"), resource.GetEndpoint("grpc"));
                var logger = ready.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ToolRuntime.AppHost");
                Log.Ready(logger, http.Url, grpc.Url, $"curl -s localhost:{http.Port}{path} -d '{input}'");
                return Task.CompletedTask;
            });
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The Gateway is ready: REST at {HttpUrl}, gRPC at {GrpcUrl}. Try:\n  {Curl}")]
        public static partial void Ready(ILogger logger, string httpUrl, string grpcUrl, string curl);
    }
}
