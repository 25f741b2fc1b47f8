using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Execution;
using ToolRuntime.Executor.Hosting;
using ToolRuntime.Executor.Workers;
using ToolRuntime.Executor.Workers.Pool;

namespace ToolRuntime.Bench.Scenarios;

/// <summary>A call inside the executor, without gRPC in front.</summary>
internal sealed class InExecutor : IScenario
{
    private readonly IHost _host;
    private readonly CallParser _parser;
    private readonly ToolExecutor _executor;
    private readonly WorkerPool _pool;
    private readonly ExecuteToolRequest _request;
    private readonly bool _waitForFullPool;

    private InExecutor(IHost host, string input, bool waitForFullPool)
    {
        _host = host;
        _parser = host.Services.GetRequiredService<CallParser>();
        _executor = host.Services.GetRequiredService<ToolExecutor>();
        _pool = host.Services.GetRequiredService<WorkerPool>();
        _request = new ExecuteToolRequest { ToolId = "echo", Input = ByteString.CopyFrom(input, Encoding.UTF8) };
        _waitForFullPool = waitForFullPool;
    }

    /// <param name="waitForFullPool">Whether calls are spaced, so that each finds a full pool.</param>
    public static async Task<InExecutor> StartAsync(string input, bool waitForFullPool, params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Tools:Path"] = Path.Combine(AppContext.BaseDirectory, "tools"),
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.Services.AddMetrics();
        builder.Services.AddToolExecution();
        var host = builder.Build();
        await host.StartAsync();
        return new InExecutor(host, input, waitForFullPool);
    }

    public async Task PrepareAsync()
    {
        while (_waitForFullPool && !_pool.IsFull)
        {
            await Task.Delay(1);
        }
    }

    public async Task CallAsync()
    {
        var execution = await _executor.ExecuteAsync(_parser.Parse(_request), CancellationToken.None);
        Answer.Check(execution.Reply is ToolReturned returned && returned.Json.Span.SequenceEqual(_request.Input.Span), execution.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
