using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Tests.Client;

/// <summary>Answers calls with the given failures in turn, and then with success: what no real gateway does when it is asked to.</summary>
internal sealed class StubGateway(params RpcException[] failures) : ToolService.ToolServiceBase, IAsyncDisposable
{
    private readonly ConcurrentQueue<RpcException> _failures = new(failures);
    private WebApplication? _app;
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public string? Authorization { get; private set; }

    public Uri Address => new(_app!.Urls.Single());

    public static async Task<StubGateway> StartAsync(Uri? address, params RpcException[] failures)
    {
        var stub = new StubGateway(failures);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, address?.Port ?? 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting().AddGrpc();
        builder.Services.AddSingleton(stub);
        stub._app = builder.Build();
        stub._app.MapGrpcService<StubGateway>();
        await stub._app.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    public override Task<ExecuteToolResponse> ExecuteTool(ExecuteToolRequest request, ServerCallContext context)
    {
        Begin(context);
        return Task.FromResult(Response);
    }

    public override async Task ExecuteToolStream(
        ExecuteToolRequest request, IServerStreamWriter<ExecutionEvent> responseStream, ServerCallContext context)
    {
        Begin(context);
        await responseStream.WriteAsync(new ExecutionEvent { Result = Response }, context.CancellationToken);
    }

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static ExecuteToolResponse Response => new() { Outcome = Outcome.Success, Result = ByteString.CopyFromUtf8("1") };

    private void Begin(ServerCallContext context)
    {
        Interlocked.Increment(ref _calls);
        Authorization = context.RequestHeaders.GetValue("authorization");
        if (_failures.TryDequeue(out var failure))
        {
            throw failure;
        }
    }
}
