using System.Text;
using Google.Protobuf;
using Grpc.Net.Client;
using ToolRuntime.Bench.Services;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Bench.Scenarios;

/// <summary>A call by gRPC through a gateway and an executor, each a process of its own.</summary>
internal sealed class ThroughGateway : IScenario
{
    private readonly ServiceProcess _executor;
    private readonly ServiceProcess _gateway;
    private readonly GrpcChannel _channel;
    private readonly ToolService.ToolServiceClient _client;
    private readonly ExecuteToolRequest _request;
    private readonly TimeSpan _pause;

    private ThroughGateway(ServiceProcess executor, ServiceProcess gateway, string input, TimeSpan pause)
    {
        _executor = executor;
        _gateway = gateway;
        _channel = GrpcChannel.ForAddress(gateway.Grpc, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        _client = new ToolService.ToolServiceClient(_channel);
        _request = new ExecuteToolRequest { ToolId = "echo", Input = ByteString.CopyFrom(input, Encoding.UTF8) };
        _pause = pause;
    }

    public int ExecutorId => _executor.Id;

    /// <param name="pause">Between calls, so that the pool is full again.</param>
    public static async Task<ThroughGateway> StartAsync(
        string executor, string input, TimeSpan pause, params (string Name, string Value)[] settings)
    {
        var executorProcess = await ServiceProcess.StartAsync(
            executor, [("Tools__Path", Path.Combine(AppContext.BaseDirectory, "tools")), .. settings]);
        var gateway = await ServiceProcess.StartAsync(
            "ToolRuntime.Gateway", [("services__executor__grpc__0", executorProcess.Grpc.ToString()), .. settings]);
        var scenario = new ThroughGateway(executorProcess, gateway, input, pause);
        await scenario._channel.ConnectAsync();
        return scenario;
    }

    public Task PrepareAsync() => _pause > TimeSpan.Zero ? Task.Delay(_pause) : Task.CompletedTask;

    public async Task CallAsync()
    {
        var response = await _client.ExecuteToolAsync(_request);
        Answer.Check(response.Outcome == Outcome.Success && response.Result.Equals(_request.Input), response.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _gateway.DisposeAsync();
        await _executor.DisposeAsync();
    }
}
