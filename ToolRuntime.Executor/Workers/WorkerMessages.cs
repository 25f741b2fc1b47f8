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
/// <param name="Refused">What the system refused where that is why: <c>memory</c>, <c>descriptor</c> or <c>process</c>.</param>
internal sealed record FailureMessage(string Kind, string Type, string Message, string Stack, string Refused = "")
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

/// <summary>How far a run is; <c>worker/context.ts</c> makes it.</summary>
internal sealed record ProgressMessage(double Fraction, string Message);

/// <summary>A span of the tool's own began; <c>worker/context.ts</c> makes it.</summary>
/// <param name="Id">Its number within the call, from 1.</param>
/// <param name="Parent">The number of the span that it is within; 0 for none.</param>
/// <param name="At">In milliseconds since 1970.</param>
internal sealed record SpanStartMessage(int Id, int Parent, string Name, double At);

/// <summary>A span of the tool's own ended; <c>worker/context.ts</c> makes it.</summary>
/// <param name="Error">The class of what was thrown; empty where nothing was.</param>
internal sealed record SpanEndMessage(int Id, string Error, double At);

/// <summary>Which tool a worker is to load.</summary>
internal sealed record LoadMessage(string Bundle, bool IsEntrypoint, string Key);

/// <summary>What a module exports; <c>worker/worker.ts</c> makes it when it describes.</summary>
internal sealed record DefinitionMessage(IReadOnlyList<ExportedTool> Tools);

/// <param name="Key">The export's name; empty for a module that is one tool.</param>
/// <param name="Settings">What the tool declares, not yet checked.</param>
/// <param name="Annotations">What the tool says of its effects, not yet checked.</param>
/// <param name="Input">Null where it declares none.</param>
/// <param name="Output">Null where it declares none.</param>
internal sealed record ExportedTool(
    string Key, string Description, JsonElement Settings, JsonElement Annotations, ExportedSchema? Input = null, ExportedSchema? Output = null);

/// <param name="Schema">The JSON Schema; null where there is none to show.</param>
/// <param name="Problem">Why there is none.</param>
internal sealed record ExportedSchema(JsonElement? Schema = null, string Problem = "");

/// <summary>Why the tool's schema refuses an input; <c>worker/validation.ts</c> makes it.</summary>
internal sealed record InvalidInputMessage(IReadOnlyList<FieldViolation> Violations);

/// <summary>What is wrong with a part of a call.</summary>
/// <param name="Field">As <c>input.items[2].price</c>.</param>
internal sealed record FieldViolation(string Field, string Message);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LogMessage))]
[JsonSerializable(typeof(FailureMessage))]
[JsonSerializable(typeof(DefinitionMessage))]
[JsonSerializable(typeof(LoadMessage))]
[JsonSerializable(typeof(ProgressMessage))]
[JsonSerializable(typeof(SpanStartMessage))]
[JsonSerializable(typeof(SpanEndMessage))]
[JsonSerializable(typeof(InvalidInputMessage))]
internal sealed partial class WorkerMessages : JsonSerializerContext;
