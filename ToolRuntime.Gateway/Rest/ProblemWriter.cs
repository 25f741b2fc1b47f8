namespace ToolRuntime.Gateway.Rest;

/// <summary>Writes problem+json for every problem, whatever the caller says that it accepts: a caller has to see what is wrong.</summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context) =>
        await context.HttpContext.Response.WriteAsJsonAsync(
            context.ProblemDetails, options: null, "application/problem+json", context.HttpContext.RequestAborted);
}
