using Microsoft.Extensions.Options;
using ToolRuntime.Executor.Execution;
using ToolRuntime.Executor.Execution.Admission;
using ToolRuntime.Executor.Grpc;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Processes.Portable;
using ToolRuntime.Executor.Processes.Posix;
using ToolRuntime.Executor.Processes.Posix.Forks;
using ToolRuntime.Executor.Processes.Sandbox;
using ToolRuntime.Executor.Telemetry;
using ToolRuntime.Executor.Tools;
using ToolRuntime.Executor.Workers;
using ToolRuntime.Executor.Workers.Pool;

namespace ToolRuntime.Executor.Hosting;

internal static class ExecutorHostingExtensions
{
    // Beside an input and a config of the largest size a request carries its other fields.
    private const int RequestOverhead = 1024 * 1024;

    // What a stop may take beside the calls' while, and the times that workers have to go when nothing more comes and when
    // they are asked to.
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(3);

    /// <summary>Everything that runs tools, without a way in from outside.</summary>
    public static IServiceCollection AddToolExecution(this IServiceCollection services)
    {
        services.AddOptions<ExecutorOptions>().BindConfiguration(ExecutorOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ToolsOptions>()
            .BindConfiguration(ToolsOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<ToolsOptions>, ToolRulesValidation>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<ExecutorOptions>, SandboxSettingValidation>();
        services.AddSingleton(provider => SandboxInForce.Choose(provider.GetRequiredService<IOptions<ExecutorOptions>>().Value.Sandbox));
        services.AddSingleton<ForkServers>();
        services.AddSingleton<IProcessLauncher>(provider => OperatingSystem.IsLinux()
            ? new PosixProcessLauncher(provider.GetRequiredService<SandboxInForce>().Mode, provider.GetRequiredService<ForkServers>())
            : new PortableProcessLauncher());
        services.AddSingleton<BunExecutable>();
        services.AddSingleton<BunCommand>();
        services.AddSingleton(WorkerPlacesOf);
        services.AddSingleton<ScratchFolders>();
        services.AddOptions<PoolOptions>().BindConfiguration(PoolOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RuntimeMetrics>();
        services.AddSingleton<ToolRuntimeMetrics>();
        services.AddSingleton<ToolTracing>();
        services.AddSingleton<BundleCache>();
        services.AddSingleton<BundlerProcess>();
        services.AddSingleton<ToolBundler>();
        services.AddSingleton<ToolRules>();
        services.AddSingleton<ToolLoader>();
        services.AddSingleton<ToolCatalog>();
        services.AddSingleton<ToolFolderWatch>();
        services.AddSingleton<CallParser>();
        services.AddSingleton<WorkerTools>();
        services.AddSingleton<RunningExecutions>();
        services.AddSingleton<AdmissionQueue>();
        services.AddSingleton<CallRunner>();
        services.AddSingleton<ToolExecutor>();

        // Started in this order, before Kestrel, and stopped in the other, after it.
        services.AddSingleton<WorkerProgram>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerProgram>());
        services.AddSingleton<WorkerSupervisor>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerSupervisor>());
        services.AddHostedService<ToolReload>();
        services.AddSingleton<WorkerPool>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerPool>());
        services.AddHostedService<PoolFollowsCatalog>();
        services.AddSingleton<CallDrain>();
        services.AddHostedService(provider => provider.GetRequiredService<CallDrain>());
        services.AddOptions<HostOptions>().Configure<IOptions<ExecutorOptions>>((host, executor) =>
            host.ShutdownTimeout = executor.Value.DrainTimeout + (2 * executor.Value.KillGrace) + StopMargin);
        return services;
    }

    private static WorkerPlaces WorkerPlacesOf(IServiceProvider provider) => new(
        Path.GetFullPath(provider.GetRequiredService<IOptions<ToolsOptions>>().Value.Path),
        provider.GetRequiredService<BundleCache>().Bundles,
        provider.GetRequiredService<BundleCache>().Programs,
        Path.GetFullPath(provider.GetRequiredService<IOptions<ExecutorOptions>>().Value.ScratchPath is { Length: > 0 } path
            ? path
            : Path.Combine(AppContext.BaseDirectory, "scratch")));

    /// <summary>The way in: gRPC, with its health and reflection services.</summary>
    public static IServiceCollection AddExecutorGrpc(this IServiceCollection services)
    {
        services.AddSingleton<ResponseMapper>();
        services.AddSingleton<ExecutorStateSource>();
        services.AddGrpc();
        services.AddOptions<global::Grpc.AspNetCore.Server.GrpcServiceOptions>().Configure<IOptions<ExecutorOptions>>((grpc, executor) =>
        {
            grpc.MaxReceiveMessageSize = (2 * executor.Value.MaxInputBytes) + RequestOverhead;
            grpc.MaxSendMessageSize = executor.Value.MaxResultBytes + RequestOverhead;
        });
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks().AddCheck<ToolCatalogHealthCheck>("tools").AddCheck<SandboxHealthCheck>("sandbox");
        return services;
    }
}
