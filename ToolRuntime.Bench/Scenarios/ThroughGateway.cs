using System.Diagnostics;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using ToolRuntime.Bench.Services;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Bench.Scenarios;

/// <summary>A call by gRPC through a gateway and an executor, each a process of its own.</summary>
internal sealed class ThroughGateway : IScenario
{
    // In which the pool has long filled up again.
    private static readonly TimeSpan Refill = TimeSpan.FromMilliseconds(60);

    // As docs/clients.md has it.
    private const int ResultWindow = 16 * 1024 * 1024;

    private readonly ServiceProcess _executor;
    private readonly ServiceProcess _gateway;
    private readonly GrpcChannel _channel;
    private readonly ToolService.ToolServiceClient _client;
    private readonly ExecuteToolRequest _request;
    private readonly ExecuteToolRequest _warm;
    private readonly Pause _pause;

    private ThroughGateway(ServiceProcess executor, ServiceProcess gateway, string input, Pause pause)
    {
        _executor = executor;
        _gateway = gateway;
        _channel = GrpcChannel.ForAddress(gateway.Grpc, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = null,
            HttpHandler = new SocketsHttpHandler { InitialHttp2StreamWindowSize = ResultWindow },
            DisposeHttpClient = true,
        });
        _client = new ToolService.ToolServiceClient(_channel);
        _request = new ExecuteToolRequest { ToolId = "echo", Input = ByteString.CopyFrom(input, Encoding.UTF8) };
        _warm = new ExecuteToolRequest { ToolId = "warm", Input = _request.Input };
        _pause = pause;
    }

    public int ExecutorId => _executor.Id;

    public static async Task<ThroughGateway> StartAsync(string input, Pause pause, params (string Name, string Value)[] settings) =>
        await StartAsync(
            await ServiceProcess.StartAsync("ToolRuntime.Executor", [("Tools__Path", Path.Combine(AppContext.BaseDirectory, "tools")), .. settings]),
            input,
            pause,
            settings);

    /// <summary>The same hops, and no worker behind them.</summary>
    public static async Task<ThroughGateway> StartPingAsync(string input) =>
        await StartAsync(await ServiceProcess.StartOwnAsync(EchoExecutor.Argument), input, Pause.None);

    public async Task PrepareAsync()
    {
        if (_pause == Pause.Idle)
        {
            await Task.Delay(Refill);
        }

        var start = Stopwatch.GetTimestamp();
        while (_pause == Pause.InUse && Stopwatch.GetElapsedTime(start) < Refill)
        {
            await _client.ExecuteToolAsync(_warm);
        }
    }

    public async Task CallAsync()
    {
        var response = await _client.ExecuteToolAsync(_request);
        Answer.Check(response.Outcome == Outcome.Success && response.Result.Equals(_request.Input), response.ToString());
    }

    /// <summary>Follows a call of a tool that prints the time.</summary>
    /// <returns>How long each line was on its way.</returns>
    public async Task<IReadOnlyList<TimeSpan>> FollowLinesAsync(int lines)
    {
        var latencies = new List<TimeSpan>();
        using var call = _client.ExecuteToolStream(new ExecuteToolRequest
        {
            ToolId = "lines",
            Input = ByteString.CopyFromUtf8(lines.ToString(CultureInfo.InvariantCulture)),
        });
        ExecuteToolResponse? result = null;
        await foreach (var happened in call.ResponseStream.ReadAllAsync())
        {
            result = happened.Result;
            if (happened.Log is { } line)
            {
                var printed = TimeSpan.FromMilliseconds(double.Parse(line.Message, CultureInfo.InvariantCulture));
                latencies.Add(DateTime.UtcNow - DateTime.UnixEpoch - printed);
            }
        }

        Answer.Check(result?.Outcome == Outcome.Success && latencies.Count == lines, $"{latencies.Count} lines and {result}");
        return latencies;
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _gateway.DisposeAsync();
        await _executor.DisposeAsync();
    }

    private static async Task<ThroughGateway> StartAsync(
        ServiceProcess executor, string input, Pause pause, params (string Name, string Value)[] settings)
    {
        var gateway = await ServiceProcess.StartAsync(
            "ToolRuntime.Gateway", [("services__executor__grpc__0", executor.Grpc.ToString()), .. settings]);
        var scenario = new ThroughGateway(executor, gateway, input, pause);
        await scenario._channel.ConnectAsync();
        return scenario;
    }
}
