using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>What everything that runs an application needs of it.</summary>
internal sealed class ApplicationServices(
    IServiceProvider services,
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext executionContext,
    IDistributedApplicationEventing eventing,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    IHostApplicationLifetime lifetime,
    ILogger<DistributedApplication> logger,
    TimeProvider time)
{
    public IServiceProvider Services => services;

    public DistributedApplicationModel Model => model;

    public DistributedApplicationExecutionContext ExecutionContext => executionContext;

    public IDistributedApplicationEventing Eventing => eventing;

    public ResourceNotificationService Notifications => notifications;

    public ResourceLoggerService Loggers => loggers;

    public ILogger Logger => logger;

    public TimeProvider Time => time;

    public CancellationToken Stopping => lifetime.ApplicationStopping;
}
