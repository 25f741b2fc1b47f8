using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ToolRuntime.Contracts.Executor.V1;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Bench.Services;

/// <summary>An executor without workers: its hop, and nothing else. A program of its own, as the real one is.</summary>
internal sealed class EchoExecutor : ExecutorService.ExecutorServiceBase
{
    public const string Argument = "echo-executor";

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2);
            kestrel.Configure(context.Configuration.GetSection("Kestrel"));
        });
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<EchoExecutor>();
        await app.RunAsync();
    }

    public override Task<ExecuteToolResponse> Execute(ExecuteToolRequest request, ServerCallContext context) =>
        Task.FromResult(new ExecuteToolResponse
        {
            ExecutionId = "ping",
            ToolId = request.ToolId,
            Outcome = Outcome.Success,
            Result = request.Input,
            Executor = "echo",
        });

    public override async Task Watch(WatchRequest request, IServerStreamWriter<ExecutorState> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new ExecutorState { Name = "echo" });
        await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
