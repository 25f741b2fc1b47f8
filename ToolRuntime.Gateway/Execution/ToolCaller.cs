using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using ToolRuntime.Contracts.Executor.V1;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Executors;

namespace ToolRuntime.Gateway.Execution;

/// <summary>The one way of a call to an executor, whichever door it came in by.</summary>
internal sealed class ToolCaller : BackgroundService
{
    private readonly GrpcChannel _channel;
    private readonly ExecutorService.ExecutorServiceClient _client;
    private readonly CallGate _gate;
    private readonly TimeProvider _time;

    public ToolCaller(ExecutorChannels channels, CallGate gate, TimeProvider time)
    {
        _channel = channels.Balanced();
        _client = new ExecutorService.ExecutorServiceClient(_channel);
        _gate = gate;
        _time = time;
    }

    /// <summary>Runs a call on an executor.</summary>
    /// <param name="deadline">
    /// The caller's own; <see cref="DateTime.MaxValue"/> where it has none. It travels as the call's time-out and not as
    /// gRPC's deadline, so that the executor's timer is the one that ends the run and records it.
    /// </param>
    /// <exception cref="RpcException">The call did not reach a tool, or its caller may not make it.</exception>
    public async Task<ExecuteToolResponse> ExecuteAsync(
        ExecuteToolRequest request, DateTime deadline, CancellationToken callerGone)
    {
        using var admission = _gate.Admit(request);
        if (deadline < DateTime.MaxValue)
        {
            Shorten(request, deadline - _time.GetUtcNow().UtcDateTime);
        }

        using var departure = new CallerDeparture(deadline, _time, callerGone);
        var response = await _client.ExecuteAsync(request, cancellationToken: departure.Token);
        Activity.Current?.SetTag(CallSpanNames.ToolTag, response.ToolId);
        return response;
    }

    public override void Dispose()
    {
        _channel.Dispose();
        base.Dispose();
    }

    /// <summary>Connects before the first call asks for it.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _channel.ConnectAsync(stoppingToken);

    private static void Shorten(ExecuteToolRequest request, TimeSpan remaining)
    {
        // At least a moment, since zero is no time-out.
        var timeout = Duration.FromTimeSpan(remaining > TimeSpan.Zero ? remaining : TimeSpan.FromMilliseconds(1));
        if (request.Timeout is null || timeout.CompareTo(request.Timeout) < 0)
        {
            request.Timeout = timeout;
        }
    }
}
