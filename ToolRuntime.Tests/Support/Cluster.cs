using Grpc.Net.Client;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Tests.Support;

/// <summary>A gateway and two executors as processes of their own, with the given tools.</summary>
public class Cluster : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<ServiceProcess> _executors = [];
    private readonly (string Name, string Value)[] _settings;
    private ServiceProcess? _gateway;
    private GrpcChannel? _channel;

    public Cluster()
        : this([])
    {
    }

    /// <param name="settings">What its services have beside the settings that all have.</param>
    protected Cluster(params (string Name, string Value)[] settings) => _settings = settings;

    internal IReadOnlyList<ServiceProcess> Executors => _executors;

    internal ServiceProcess Gateway => _gateway!;

    internal ToolService.ToolServiceClient Client { get; private set; } = null!;

    internal GrpcChannel Channel => _channel!;

    internal HttpClient Http { get; } = new();

    /// <summary>The gateway's settings beside the executors' addresses.</summary>
    internal Dictionary<string, string> GatewaySettings { get; } = [];

    internal string File(string name) => _folder.File($"tools/{name}");

    public async ValueTask InitializeAsync()
    {
        foreach (var (file, source) in ClusterTools.Sources)
        {
            _folder.Write($"tools/{file}", source);
        }

        _folder.LinkNodePackages();
        for (var i = 0; i < 2; i++)
        {
            _executors.Add(await StartExecutorAsync(i));
        }

        _gateway = await ServiceProcess.StartAsync("ToolRuntime.Gateway", new Dictionary<string, string>(Own().Concat(GatewaySettings))
        {
            ["services__executor__grpc__0"] = _executors[0].Grpc.ToString(),
            ["services__executor__grpc__1"] = _executors[1].Grpc.ToString(),
        });
        Http.BaseAddress = _gateway.Http;
        _channel = GrpcChannel.ForAddress(_gateway.Grpc, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
        });
        Client = new ToolService.ToolServiceClient(_channel);
        await ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        Http.Dispose();
        foreach (var process in _executors.Append(_gateway).OfType<ServiceProcess>())
        {
            await process.DisposeAsync();
        }

        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits until the gateway counts both executors as ready.</summary>
    internal Task ReadyAsync() => Eventually.True(
        async () => (await Http.GetStringAsync("/v1/executors")).Split("\"ready\"").Length == 3, "two executors");

    /// <summary>Waits until calls reach both executors: the gateway connects to each in its own time.</summary>
    internal Task ConnectedAsync()
    {
        var seen = new HashSet<string>();
        return Eventually.True(
            async () =>
            {
                seen.Add((await Client.ExecuteToolAsync(new ExecuteToolRequest { ToolId = "echo" })).Executor);
                return seen.Count == 2;
            },
            "an answer of each executor");
    }

    internal async Task RestartExecutorAsync(int index)
    {
        var old = _executors[index];
        await old.DisposeAsync();
        _executors[index] = await StartExecutorAsync(index, old.Grpc);
    }

    private IEnumerable<KeyValuePair<string, string>> Own() => _settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value));

    private Task<ServiceProcess> StartExecutorAsync(int index, Uri? grpc = null) =>
        ServiceProcess.StartAsync("ToolRuntime.Executor", Settings(index), grpc);

    private Dictionary<string, string> Settings(int index) => new(Own())
    {
        ["Tools__Path"] = _folder.File("tools"),
        ["Executor__Name"] = $"executor-{index}",
        ["Executor__CachePath"] = _folder.File("cache"),
        ["Executor__ScratchPath"] = _folder.File("scratch"),
        // Its tools tell what they do by files beside them.
        ["Executor__Sandbox"] = "none",
    };
}
