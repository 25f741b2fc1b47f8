using Microsoft.Extensions.Logging;

namespace ToolRuntime.AppHost.Programs;

/// <summary>Stands where a program would, on a machine that has no way to run it.</summary>
internal sealed class MissingProgramResource(string name) : Resource(name), IResourceWithEndpoints;

internal static partial class MissingProgramExtensions
{
    /// <param name="state">What is missing, in a few words: the resource's state in the dashboard.</param>
    /// <param name="advice">What to do about it: a property of the resource, and a line of its console.</param>
    public static IResourceBuilder<MissingProgramResource> AddMissingProgram(
        this IDistributedApplicationBuilder builder, string name, string state, string advice) =>
        builder.AddResource(new MissingProgramResource(name))
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "Program",
                Properties = [new("advice", advice)],
                State = new(state, KnownResourceStateStyles.Warn),
            })
            .OnInitializeResource((_, starting, _) =>
            {
                Log.Missing(starting.Logger, state, advice);
                return Task.CompletedTask;
            });

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{State}. {Advice}")]
        public static partial void Missing(ILogger logger, string state, string advice);
    }
}
