using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Executors;

namespace ToolRuntime.Gateway.Rest;

/// <summary>The answer of <c>GET /v1/tools</c>.</summary>
internal sealed record ToolsAnswer(IReadOnlyList<ToolAnswer> Tools);

/// <param name="LoadError">Why the tool, or its last change, cannot be loaded; not there when it can.</param>
internal sealed record ToolAnswer(string Id, string Description, string? LoadError)
{
    public static ToolAnswer Of(Tool tool) => new(tool.Id, tool.Description, tool.LoadError.Length > 0 ? tool.LoadError : null);
}

/// <summary>The answer of <c>GET /v1/executors</c>.</summary>
internal sealed record ExecutorsAnswer(IReadOnlyList<ExecutorAnswer> Executors);

/// <param name="Address">The HTTP endpoint, which serves /metrics.</param>
/// <param name="State"><c>ready</c>, <c>draining</c> or <c>unreachable</c>.</param>
internal sealed record ExecutorAnswer(string Name, string Address, string State)
{
    public static ExecutorAnswer Of(ExecutorStatus executor) =>
        new(executor.Name, executor.HttpAddress, executor.Condition.ToString().ToLowerInvariant());
}
