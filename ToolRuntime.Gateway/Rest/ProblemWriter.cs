namespace ToolRuntime.Gateway.Rest;

/// <summary>Writes problem+json for every problem, whatever the caller says that it accepts: a caller has to see what is wrong.</summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        // Title and type are the status's own where nobody gave others.
        var problem = TypedResults.Problem(context.ProblemDetails);
        await context.HttpContext.Response.WriteAsJsonAsync(
            problem.ProblemDetails, options: null, problem.ContentType, context.HttpContext.RequestAborted);
    }
}
