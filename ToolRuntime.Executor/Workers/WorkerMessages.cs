using System.Text.Json;
using System.Text.Json.Serialization;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Executor.Workers;

/// <summary>Something printed by <c>console</c>; <c>worker/output.ts</c> makes it.</summary>
internal sealed record LogMessage(string Level, string Message)
{
    public LogLevel LogLevel => Level switch
    {
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Information,
    };
}

/// <summary>An error; <c>worker/failure.ts</c> makes it.</summary>
internal sealed record FailureMessage(string Kind, string Type, string Message, string Stack)
{
    /// <exception cref="InvalidDataException">The worker names no point of failure that it can know.</exception>
    public ErrorKind PointOfFailure => Kind switch
    {
        "start" => ErrorKind.Start,
        "stdout" => ErrorKind.Stdout,
        "wait" => ErrorKind.Wait,
        "parse" => ErrorKind.Parse,
        _ => throw new InvalidDataException($"An error of the unknown kind '{Kind}' arrived."),
    };
}

/// <summary>What a module exports; <c>worker/worker.ts</c> makes it when it describes.</summary>
internal sealed record DefinitionMessage(IReadOnlyList<ExportedTool> Tools);

/// <param name="Key">The export's name; empty for a module that is one tool.</param>
/// <param name="Settings">What the tool declares, not yet checked.</param>
internal sealed record ExportedTool(string Key, string Description, JsonElement Settings);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LogMessage))]
[JsonSerializable(typeof(FailureMessage))]
[JsonSerializable(typeof(DefinitionMessage))]
internal sealed partial class WorkerMessages : JsonSerializerContext;
