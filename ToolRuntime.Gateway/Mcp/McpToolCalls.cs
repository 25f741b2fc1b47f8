using System.Buffers;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Execution;

namespace ToolRuntime.Gateway.Mcp;

/// <summary>The requests <c>tools/list</c> and <c>tools/call</c>.</summary>
internal sealed class McpToolCalls(McpToolList tools, ToolCaller caller, CallGate gate, IHttpContextAccessor http)
{
    public ValueTask<ListToolsResult> ListAsync(RequestContext<ListToolsRequestParams> context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new ListToolsResult
        {
            Tools = [.. tools.Tools.Where(tool => gate.Shows(tool.ToolId)).Select(tool => tool.Definition)],
            // It is as it is now; what changes is told.
            TimeToLive = TimeSpan.Zero,
            CacheScope = CacheScope.Private,
        });

    /// <exception cref="McpProtocolException">There is no such tool.</exception>
    public async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> context, CancellationToken cancellationToken)
    {
        var call = context.Params;
        var tool = tools.Find(call.Name);
        var request = new ExecuteToolRequest
        {
            // The executor counts calls of tools that do not exist, and may know one that is not listed yet.
            ToolId = tool?.ToolId ?? McpToolName.ToToolId(call.Name),
            Input = InputOf(call.Arguments, tool is { WrapsInput: true }),
        };

        // In a session the SDK lets a call go on when its request breaks off, for clients that fetch the answer later. Nothing
        // is kept for that here, so nobody would get the answer; and some clients cancel in no other way.
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, http.HttpContext?.RequestAborted ?? CancellationToken.None);
        try
        {
            return McpCallResult.Of(
                call.ProgressToken is { } token
                    ? await ExecuteWithProgressAsync(request, context.Server, token, gone.Token)
                    : await caller.ExecuteAsync(request, DateTime.MaxValue, gone.Token));
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Cancelled && gone.IsCancellationRequested)
        {
            throw new OperationCanceledException("The call was cancelled.", exception, gone.Token);
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            throw new McpProtocolException($"Unknown tool: '{call.Name}'", exception, McpErrorCode.InvalidParams);
        }
        catch (RpcException exception)
        {
            return McpCallResult.Of(exception, tool is { WrapsInput: true });
        }
    }

    private async Task<ExecuteToolResponse> ExecuteWithProgressAsync(
        ExecuteToolRequest request, McpServer server, ProgressToken token, CancellationToken cancellationToken)
    {
        var told = double.NegativeInfinity;
        await foreach (var step in caller.StreamAsync(request, DateTime.MaxValue, cancellationToken))
        {
            if (step.Result is { } response)
            {
                return response;
            }

            // The protocol wants each greater than the one before.
            if (step.Progress is { } progress && progress.Fraction > told)
            {
                told = progress.Fraction;
                await server.NotifyProgressAsync(token, new ProgressNotificationValue
                {
                    Progress = (float)progress.Fraction,
                    Total = 1,
                    Message = progress.Message.Length > 0 ? progress.Message : null,
                }, cancellationToken: cancellationToken);
            }
        }

        throw new RpcException(new Status(StatusCode.Internal, "The executor ended the stream without a result."));
    }

    /// <returns>The tool's input as JSON; empty where what it would be is missing.</returns>
    private static ByteString InputOf(IDictionary<string, JsonElement>? arguments, bool wrapped)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            if (!wrapped)
            {
                writer.WriteStartObject();
                foreach (var (name, value) in arguments ?? new Dictionary<string, JsonElement>())
                {
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                }

                writer.WriteEndObject();
            }
            else if (arguments is not null && arguments.TryGetValue(ObjectSchema.Input, out var input))
            {
                input.WriteTo(writer);
            }
        }

        return UnsafeByteOperations.UnsafeWrap(json.WrittenMemory);
    }
}
