using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace ToolRuntime.Tests.Gateway.Mcp;

/// <summary>The stream of changes that a client without a session has to ask for.</summary>
internal static class McpListener
{
    /// <summary>Opens it, and waits until it stands.</summary>
    /// <returns>Completes when it has ended.</returns>
    public static async Task<Task> StartAsync(McpClient client, CancellationToken cancellationToken)
    {
        var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var handler = client.RegisterNotificationHandler(NotificationMethods.SubscriptionsAcknowledgedNotification, (_, _) =>
        {
            acknowledged.TrySetResult();
            return default;
        });
        var listening = client.SendRequestAsync<SubscriptionsListenRequestParams, EmptyResult>(
            RequestMethods.SubscriptionsListen,
            new SubscriptionsListenRequestParams { Notifications = new SubscriptionsListenNotifications { ToolsListChanged = true } },
            cancellationToken: cancellationToken).AsTask();
        await acknowledged.Task.WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);
        return listening;
    }
}
