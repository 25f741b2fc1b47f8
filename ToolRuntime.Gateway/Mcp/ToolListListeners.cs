using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ToolRuntime.Gateway.Mcp;

/// <summary>
/// Tells clients without a session of changes of the tools: each holds a request <c>subscriptions/listen</c> open for it.
/// </summary>
internal sealed class ToolListListeners(McpToolList tools, ListenerPermits permits, IHostApplicationLifetime lifetime)
{
    /// <exception cref="McpProtocolException">Too many listen.</exception>
    public async ValueTask<EmptyResult> ListenAsync(
        RequestContext<SubscriptionsListenRequestParams> context, CancellationToken cancellationToken)
    {
        using var permit = permits.TryTake() ?? throw new McpProtocolException(ListenerPermits.Refusal, McpErrorCode.InternalError);
        // However many changes come while one is being told, they are told as one.
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var granted = new SubscriptionsListenNotifications { ToolsListChanged = context.Params.Notifications?.ToolsListChanged is true ? true : null };
        void OnChanged(object? sender, EventArgs args) => changes.Writer.TryWrite(true);
        using var end = lifetime.ApplicationStopping.Register(() => changes.Writer.TryComplete());
        if (granted.ToolsListChanged is true)
        {
            tools.Changed += OnChanged;
        }

        try
        {
            await SendAsync(context, NotificationMethods.SubscriptionsAcknowledgedNotification, new JsonObject
            {
                ["notifications"] = JsonSerializer.SerializeToNode(granted, McpJsonUtilities.DefaultOptions),
            }, cancellationToken);
            await foreach (var _ in changes.Reader.ReadAllAsync(cancellationToken))
            {
                await SendAsync(context, NotificationMethods.ToolListChangedNotification, [], cancellationToken);
            }
        }
        finally
        {
            tools.Changed -= OnChanged;
        }

        return new EmptyResult();
    }

    private static Task SendAsync(
        RequestContext<SubscriptionsListenRequestParams> context, string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        parameters["_meta"] = new JsonObject
        {
            [MetaKeys.SubscriptionId] = JsonSerializer.SerializeToNode(context.JsonRpcRequest.Id, McpJsonUtilities.DefaultOptions),
        };
        return context.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, cancellationToken);
    }
}
