using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Execution;
using ToolRuntime.Gateway.Rest;

namespace ToolRuntime.Gateway.OpenApi;

/// <summary>Gives each tool, as it is now, a path of its own in the document, with the schemas that it declares.</summary>
internal sealed class ToolOperations(CallGate gate) : IOpenApiDocumentTransformer
{
    private const string Json = "application/json";
    private const string ProblemJson = "application/problem+json";
    private const string Events = "text/event-stream";

    private const string EventsDescription =
        "Server-Sent Events: `queued`, `started`, then `log` and `progress` as the tool makes them, and last `result`, which is the answer "
        + "as JSON, or `error`, which is a problem.";

    private const string AnyOther = "default";
    private const string Tag = "tools";

    private static readonly (int Status, string When)[] Problems =
    [
        (StatusCodes.Status400BadRequest, "The input, a header or the tool's id is not as it must be; `errors` names the fields."),
        (StatusCodes.Status401Unauthorized, "Nobody who is known calls."),
        (StatusCodes.Status403Forbidden, "The caller may not call the tool."),
        (StatusCodes.Status404NotFound, "There is no such tool any more."),
        (StatusCodes.Status409Conflict, "An execution of the given id runs."),
        (StatusCodes.Status413PayloadTooLarge, "The body is too long."),
        (StatusCodes.Status415UnsupportedMediaType, "The body is no JSON in UTF-8."),
        (StatusCodes.Status429TooManyRequests, "Too many calls run and wait, or the caller asks for more than it may; `Retry-After` says when to try again."),
        (StatusCodes.Status503ServiceUnavailable, "No executor can be reached."),
    ];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "ToolRuntime",
            Version = "v1",
            Description = "Runs tools written in TypeScript. The tools and their schemas are those of this moment.",
        };
        document.Tags = new HashSet<OpenApiTag> { new() { Name = Tag, Description = "The tools, a path for each." }, new() { Name = "runtime" } };
        AnswerSchemas.AddTo(document);
        foreach (var tool in gate.Tools)
        {
            document.Paths.Add($"/v1/tools/{tool.Id}/execute", new OpenApiPathItem
            {
                Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Post] = Execute(tool, document) },
            });
        }

        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations ?? []).Select(operation => operation.Value))
        {
            (operation.Responses ??= [])[AnyOther] = ProblemResponse("Any other problem.", document);
        }

        return Task.CompletedTask;
    }

    private static OpenApiOperation Execute(Tool tool, OpenApiDocument document)
    {
        var name = tool.Id.Replace("/", "__", StringComparison.Ordinal);
        var input = tool.InputSchema.IsEmpty ? null : document.AddSchema($"{name}.input", tool.InputSchema);
        var output = tool.OutputSchema.IsEmpty ? null : document.AddSchema($"{name}.output", tool.OutputSchema);
        var operation = new OpenApiOperation
        {
            Tags = new HashSet<OpenApiTagReference> { new(Tag, document) },
            OperationId = $"execute_{name}",
            Summary = tool.Annotations is { Title.Length: > 0 } annotations ? annotations.Title : tool.Id,
            Description = tool.Description,
            Parameters =
            [
                Header(RestEndpoints.TimeoutHeader, "Milliseconds that the call may take; at most the tool's own time-out counts.", JsonSchemaType.Integer),
                Header(RestEndpoints.ExecutionIdHeader, "Kept as given; made by the service where it is not.", JsonSchemaType.String),
            ],
            RequestBody = new OpenApiRequestBody
            {
                Description = input is null ? "The input: any JSON." : "The input.",
                Required = input is not null,
                Content = new Dictionary<string, OpenApiMediaType> { [Json] = new() { Schema = (IOpenApiSchema?)input ?? new OpenApiSchema() } },
            },
            Responses = new OpenApiResponses
            {
                ["200"] = new OpenApiResponse
                {
                    Description = "How the call ended; or, to `Accept: text/event-stream`, what happens in it, as it happens.",
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        [Json] = new() { Schema = AnswerSchemas.ExecutionOf(output, document) },
                        [Events] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = EventsDescription } },
                    },
                },
            },
        };
        foreach (var (status, when) in Problems)
        {
            operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = ProblemResponse(when, document);
        }

        return operation;
    }

    private static OpenApiParameter Header(string name, string description, JsonSchemaType type) =>
        new() { Name = name, In = ParameterLocation.Header, Description = description, Schema = new OpenApiSchema { Type = type } };

    private static OpenApiResponse ProblemResponse(string when, OpenApiDocument document) =>
        new()
        {
            Description = when,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [ProblemJson] = new() { Schema = new OpenApiSchemaReference(AnswerSchemas.Problem, document) },
            },
        };
}
