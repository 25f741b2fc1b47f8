using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Protocol;
using Aspire.Hosting.Orchestration;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Dashboard;

/// <summary>Answers the dashboard: what there is, what it says on its console, and what it is told to do.</summary>
internal sealed class DashboardResourceService(ApplicationServices application, DashboardApplication dashboard)
    : DashboardService.DashboardServiceBase
{
    public override Task<ApplicationInformationResponse> GetApplicationInformation(
        ApplicationInformationRequest request, ServerCallContext context) =>
        Task.FromResult(new ApplicationInformationResponse { ApplicationName = dashboard.Name });

    public override Task WatchResources(
        WatchResourcesRequest request, IServerStreamWriter<WatchResourcesUpdate> responseStream, ServerCallContext context) =>
        UntilEndAsync(context, async cancellationToken =>
        {
            var initial = new InitialResourceData();
            foreach (var resource in application.Model.Resources)
            {
                if (application.Notifications.TryGetCurrentState(resource.GetInstanceId(), out var current))
                {
                    initial.Resources.Add(ResourceMapping.ToProtocol(current));
                }
            }

            await responseStream.WriteAsync(new WatchResourcesUpdate { InitialData = initial }, cancellationToken);

            // The watch begins with what is known, so nothing is lost between the two.
            await foreach (var update in application.Notifications.WatchAsync(cancellationToken))
            {
                var changes = new WatchResourcesChanges { Value = { new WatchResourcesChange { Upsert = ResourceMapping.ToProtocol(update) } } };
                await responseStream.WriteAsync(new WatchResourcesUpdate { Changes = changes }, cancellationToken);
            }
        });

    public override Task WatchResourceConsoleLogs(
        WatchResourceConsoleLogsRequest request,
        IServerStreamWriter<WatchResourceConsoleLogsUpdate> responseStream,
        ServerCallContext context) =>
        UntilEndAsync(context, async cancellationToken =>
        {
            var log = application.Loggers.GetLog(request.ResourceName);
            await foreach (var lines in log.ReadAsync(follow: !request.SuppressFollow, cancellationToken))
            {
                var update = new WatchResourceConsoleLogsUpdate();
                update.LogLines.AddRange(lines.Select(line => new ConsoleLogLine
                {
                    Text = line.Content,
                    IsStdErr = line.IsErrorMessage,
                    LineNumber = line.LineNumber,
                }));
                await responseStream.WriteAsync(update, cancellationToken);
            }
        });

    public override async Task<ResourceCommandResponse> ExecuteResourceCommand(
        ResourceCommandRequest request, ServerCallContext context)
    {
        var commands = application.Services.GetRequiredService<ResourceCommandService>();
        var result = await commands.ExecuteCommandAsync(request.ResourceName, request.CommandName, context.CancellationToken);
        var response = new ResourceCommandResponse
        {
            Kind = result.Success ? ResourceCommandResponseKind.Succeeded
                : result.Canceled ? ResourceCommandResponseKind.Cancelled
                : ResourceCommandResponseKind.Failed,
        };
        if (result.Message is { } message)
        {
            response.Message = message;
        }

        return response;
    }

    /// <summary>Stays open and says nothing: without it the dashboard's page of resources never finishes loading.</summary>
    public override Task WatchInteractions(
        IAsyncStreamReader<WatchInteractionsRequestUpdate> requestStream,
        IServerStreamWriter<WatchInteractionsResponseUpdate> responseStream,
        ServerCallContext context) =>
        UntilEndAsync(context, cancellationToken => Task.Delay(Timeout.InfiniteTimeSpan, application.Time, cancellationToken));

    /// <summary>A stream's end is ordinary: the page was left, or the application stops.</summary>
    private async Task UntilEndAsync(ServerCallContext context, Func<CancellationToken, Task> stream)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, application.Stopping);
        try
        {
            await stream(ended.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException or InvalidOperationException
            && ended.IsCancellationRequested)
        {
            // See above.
        }
    }
}
