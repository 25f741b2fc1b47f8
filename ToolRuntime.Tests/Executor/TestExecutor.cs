using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Execution;
using ToolRuntime.Executor.Grpc;
using ToolRuntime.Executor.Hosting;
using ToolRuntime.Executor.Processes.Sandbox;
using ToolRuntime.Executor.Telemetry;
using ToolRuntime.Executor.Tools;
using ToolRuntime.Executor.Workers.Pool;
using ToolRuntime.ServiceDefaults.Telemetry;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor;

/// <summary>The executor's inside, with real Bun processes and tools of a test's own, without gRPC in front.</summary>
internal sealed class TestExecutor : IAsyncDisposable
{
    private readonly IHost _host;

    private TestExecutor(IHost host, TemporaryFolder folder)
    {
        _host = host;
        Folder = folder;
        Metrics = new RecordedMetrics(host.Services, RuntimeTelemetry.MeterName);
        Operations = new RecordedMetrics(host.Services, RuntimeTelemetry.OperationsMeterName);
    }

    public TemporaryFolder Folder { get; }

    /// <summary>What was recorded in the five metrics.</summary>
    public RecordedMetrics Metrics { get; }

    /// <summary>What was recorded beside them.</summary>
    public RecordedMetrics Operations { get; }

    public FakeLogCollector Logs => _host.Services.GetFakeLogCollector();

    public IServiceProvider Services => _host.Services;

    public ToolCatalog Catalog => _host.Services.GetRequiredService<ToolCatalog>();

    public IReadOnlyList<ToolRuntime.Executor.Tools.Tool> Tools => Catalog.Tools;

    public WorkerPool Pool => _host.Services.GetRequiredService<WorkerPool>();

    public SandboxInForce Sandbox => _host.Services.GetRequiredService<SandboxInForce>();

    /// <summary>An executor with one tool, <c>tool</c>, of that source.</summary>
    public static Task<TestExecutor> StartAsync(string source, params (string Name, string Value)[] settings) =>
        StartAsync([("tool.ts", source)], settings);

    public static Task<TestExecutor> StartAsync(
        (string File, string Source)[] tools, params (string Name, string Value)[] settings) =>
        StartAsync(tools, settings, _ => { });

    public static async Task<TestExecutor> StartAsync(
        (string File, string Source)[] tools,
        (string Name, string Value)[] settings,
        Action<IServiceCollection> configure)
    {
        var folder = new TemporaryFolder();
        foreach (var (file, source) in tools)
        {
            folder.Write($"tools/{file}", source);
        }

        folder.LinkNodePackages();

        // Compiled once for all tests; bundles are each test's own.
        Directory.CreateDirectory(folder.File("cache"));
        Directory.CreateSymbolicLink(folder.File("cache/workers"), Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "cache", "workers")).FullName);

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Tools:Path"] = folder.File("tools"),
            ["Executor:CachePath"] = folder.File("cache"),
            // Tools of tests tell what they do by files beside them; the sandbox has tests of its own.
            ["Executor:Sandbox"] = "none",
            ["Executor:ScratchPath"] = folder.File("scratch"),
            ["Executor:Pool:Size"] = "1",
            ["Executor:Pool:Unassigned"] = "1",
        });
        builder.Configuration.AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.Logging.AddFakeLogging();
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddMetrics();
        builder.Services.AddToolExecution();
        builder.Services.AddSingleton<ResponseMapper>();
        configure(builder.Services);
        var host = builder.Build();
        var executor = new TestExecutor(host, folder);
        try
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            return executor;
        }
        catch
        {
            executor.Metrics.Dispose();
            executor.Operations.Dispose();
            host.Dispose();
            folder.Dispose();
            throw;
        }
    }

    public Task<ExecuteToolResponse> ExecuteAsync(string input = "null", TimeSpan? timeout = null) =>
        ExecuteAsync(Request(input, timeout), TestContext.Current.CancellationToken);

    public async Task<ExecuteToolResponse> ExecuteAsync(ExecuteToolRequest request, CancellationToken cancellationToken)
    {
        var call = _host.Services.GetRequiredService<CallParser>().Parse(request);
        var execution = await _host.Services.GetRequiredService<ToolExecutor>().ExecuteAsync(call, cancellationToken);
        return _host.Services.GetRequiredService<ResponseMapper>().Map(execution);
    }

    public static ExecuteToolRequest Request(string input = "null", TimeSpan? timeout = null, string toolId = "tool") =>
        new()
        {
            ToolId = toolId,
            Input = ByteString.CopyFrom(input, Encoding.UTF8),
            Timeout = timeout?.ToDuration(),
        };

    /// <summary>Where a call's printed lines go.</summary>
    public ToolOutput Output() => new(
        "tool", "call", 1000, _host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ToolRuntime.Tool"), _host.Services.GetRequiredService<RuntimeMetrics>(), events: null);

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        Metrics.Dispose();
        Operations.Dispose();
        _host.Dispose();
        Folder.Dispose();
    }
}
