using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Mvc;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Execution;
using ToolRuntime.Gateway.Executors;

namespace ToolRuntime.Gateway.Rest;

/// <summary>The REST API.</summary>
internal static class RestEndpoints
{
    public const string TimeoutHeader = "X-Timeout-Ms";
    public const string ExecutionIdHeader = "X-Execution-Id";

    public static void MapRest(this IEndpointRouteBuilder endpoints)
    {
        var app = endpoints.MapGroup("").WithTags("runtime");
        app.MapGet("/v1/tools", (CallGate gate) => new ToolsAnswer([.. gate.Tools.Select(ToolAnswer.Of)]))
            .WithName("list_tools").WithSummary("Lists the tools, with their schemas");
        app.MapGet("/v1/tools/{**tool_id:minlength(1)}", GetTool)
            .WithName("get_tool").WithSummary("Shows one tool, whose id may hold slashes").Produces<ToolAnswer>();
        // A slash may stand in the id, so only the end of the path tells what is asked. Each tool describes itself in OpenApi.
        app.MapPost("/v1/tools/{**path:minlength(1)}", ExecuteAsync).ExcludeFromDescription();
        app.MapDelete("/v1/executions/{**executionId:minlength(1)}", CancelAsync)
            .WithName("cancel_execution").WithSummary("Ends an execution").Produces(StatusCodes.Status204NoContent);
        app.MapGet("/v1/executors", (ExecutorDirectory directory) => new ExecutorsAnswer([.. directory.Executors.Select(ExecutorAnswer.Of)]))
            .WithName("list_executors").WithSummary("Lists the executors, with the addresses of their metrics");
    }

    private static IResult GetTool([FromRoute(Name = "tool_id")] string path, CallGate gate)
    {
        var id = ToolPath.IdOf(path);
        return gate.Tools.FirstOrDefault(tool => tool.Id == id) is { } tool
            ? TypedResults.Ok(ToolAnswer.Of(tool))
            : TypedResults.Problem($"There is no tool '{id}'.", statusCode: StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ExecuteAsync(string path, HttpContext context, ToolCaller caller)
    {
        if (ToolPath.IdToExecute(path) is not { } toolId)
        {
            return TypedResults.Problem("A tool is run by POST /v1/tools/{tool_id}/execute.", statusCode: StatusCodes.Status404NotFound);
        }

        if (!TryReadTimeout(context.Request, out var timeout))
        {
            return TypedResults.Problem(
                $"{TimeoutHeader} is a number of milliseconds greater than zero.", statusCode: StatusCodes.Status400BadRequest);
        }

        try
        {
            var request = new ExecuteToolRequest
            {
                ToolId = toolId,
                ExecutionId = context.Request.Headers[ExecutionIdHeader].ToString(),
                Timeout = timeout,
                Input = await RequestBody.ReadAsync(context.Request, context.RequestAborted),
            };
            if (EventStreamResult.IsAskedFor(context.Request))
            {
                return await EventStreamResult.StartAsync(
                    caller.StreamAsync(request, DateTime.MaxValue, context.RequestAborted), CancellationToken.None);
            }

            return new ExecutionResult(await caller.ExecuteAsync(request, DateTime.MaxValue, context.RequestAborted));
        }
        catch (RpcException exception)
        {
            return Problem.Of(exception, context.Response);
        }
        catch (BadHttpRequestException exception)
        {
            return TypedResults.Problem(exception.Message, statusCode: exception.StatusCode);
        }
    }

    private static async Task<IResult> CancelAsync(string executionId, HttpContext context, ToolCaller caller)
    {
        try
        {
            await caller.CancelAsync(ToolPath.IdOf(executionId), context.RequestAborted);
            return TypedResults.NoContent();
        }
        catch (RpcException exception)
        {
            return Problem.Of(exception, context.Response);
        }
    }

    private static bool TryReadTimeout(HttpRequest request, out Duration? timeout)
    {
        timeout = null;
        var text = request.Headers[TimeoutHeader].ToString();
        if (text.Length == 0)
        {
            return true;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) || milliseconds == 0)
        {
            return false;
        }

        timeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(milliseconds));
        return true;
    }
}
