using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private const string ProjectPathKey = "apphostprojectpath";

    private readonly DistributedApplicationOptions _options;
    private readonly HostApplicationBuilder _host;
    private readonly ResourceCollection _resources = [];
    private readonly AppHostRun? _run;
    private bool _built;

    public DistributedApplicationBuilder(DistributedApplicationOptions options, AppHostRun? run)
        : this(options, run is null ? null : run.Configure) => _run = run;

    public DistributedApplicationBuilder(
        DistributedApplicationOptions options, Action<DistributedApplicationOptions, HostApplicationBuilderSettings>? configure)
    {
        _options = options;
        var settings = new HostApplicationBuilderSettings { Args = options.Args };
        configure?.Invoke(options, settings);

        AppHostAssembly = options.AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly();
        _options.AssemblyName ??= AppHostAssembly?.GetName().Name;
        AppHostDirectory = options.ProjectDirectory ?? ProjectPathOf(AppHostAssembly) ?? Directory.GetCurrentDirectory();
        settings.ContentRootPath ??= AppHostDirectory;
        _host = Host.CreateApplicationBuilder(settings);
        AddServices();
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new(DistributedApplicationOperation.Run);

    public IResourceCollection Resources => _resources;

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        _resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        if (_built)
        {
            throw new InvalidOperationException("The application was already built.");
        }

        _built = true;
        _run?.Building(this);

        DistributedApplication? application = null;
        var bundle = AspireBundle.Locate();
        if (!_options.DisableDashboard)
        {
            DashboardResource.AddTo(this, bundle, () => application!.Logger);
        }

        Services.AddSingleton(bundle);
        foreach (var process in _resources.Where(ProcessSpecification.IsProcess))
        {
            process.Annotations.Add(new InstanceAnnotation());
            LifecycleCommands.AddTo(process, () => application!.Orchestrator);
        }

        application = new DistributedApplication(_host.Build(), _run);
        _run?.Built(application);
        return application;
    }

    private static string? ProjectPathOf(Assembly? assembly) => assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(metadata => string.Equals(metadata.Key, ProjectPathKey, StringComparison.OrdinalIgnoreCase))?.Value;

    /// <summary>The resources are on this machine, whatever proxy its user has set.</summary>
    private static SocketsHttpHandler LocalHandler() => new() { UseProxy = false };

    private void AddServices()
    {
        // The console is for what the AppHost itself has to say; the resources have theirs in the dashboard.
        _host.Logging.AddFilter("Microsoft", LogLevel.Warning);
        _host.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        _host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);

        var waitBehavior = _options.DisableDashboard ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable;
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(_options);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Eventing);
        Services.AddSingleton<IResourceCollection>(_resources);
        Services.AddSingleton(new DistributedApplicationModel(_resources));
        Services.AddSingleton(services => new ResourceLoggerService(services.GetRequiredService<TimeProvider>()));
        Services.AddSingleton(services => new ResourceNotificationService(
            services, waitBehavior, services.GetRequiredService<TimeProvider>()));
        Services.AddSingleton(services => new ResourceCommandService(
            services.GetRequiredService<ResourceNotificationService>(), services.GetRequiredService<ResourceLoggerService>(), services));
        Services.AddHttpClient(HttpEndpointHealthCheck.ClientName, client => client.Timeout = TimeSpan.FromSeconds(5))
            .ConfigurePrimaryHttpMessageHandler(LocalHandler);
        Services.AddHttpClient(HttpCommand.ClientName).ConfigurePrimaryHttpMessageHandler(LocalHandler);
        Services.AddHealthChecks();
        Services.AddSingleton<ApplicationServices>();
        Services.AddSingleton<HealthMonitor>();
        Services.AddSingleton<ResourceServiceHost>();
        Services.AddSingleton<ApplicationOrchestrator>();
        Services.AddHostedService(services => services.GetRequiredService<ApplicationOrchestrator>());
    }
}
