using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Runs resources' commands.</summary>
public partial class ResourceCommandService
{
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _loggers;
    private readonly IServiceProvider _services;

    internal ResourceCommandService(
        ResourceNotificationService notifications, ResourceLoggerService loggers, IServiceProvider services)
    {
        _notifications = notifications;
        _loggers = loggers;
        _services = services;
    }

    public Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource, string commandName, CancellationToken cancellationToken = default) =>
        ExecuteCommandAsync(resource.GetInstanceId(), commandName, cancellationToken);

    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        if (!_notifications.TryGetCurrentState(resourceId, out var current))
        {
            return CommandResults.Failure($"There is no resource '{resourceId}'.");
        }

        var command = current.Resource.Annotations.OfType<ResourceCommandAnnotation>()
            .FirstOrDefault(candidate => candidate.Name == commandName);
        if (command is null)
        {
            return CommandResults.Failure($"Resource '{current.Resource.Name}' has no command '{commandName}'.");
        }

        var logger = _loggers.GetLogger(current.Resource);
        try
        {
            var result = await command.ExecuteCommand(new ExecuteCommandContext
            {
                Services = _services,
                ResourceName = current.ResourceId,
                CancellationToken = cancellationToken,
                Logger = logger,
            });
            if (result is { Success: false, Canceled: false })
            {
                Log.CommandFailed(logger, commandName, result.Message);
            }

            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
        catch (Exception exception)
        {
            Log.CommandThrew(logger, exception, commandName);
            return CommandResults.Failure(exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Command '{Command}' failed: {Reason}")]
        public static partial void CommandFailed(ILogger logger, string command, string? reason);

        [LoggerMessage(2, LogLevel.Error, "Command '{Command}' failed.")]
        public static partial void CommandThrew(ILogger logger, Exception exception, string command);
    }
}
