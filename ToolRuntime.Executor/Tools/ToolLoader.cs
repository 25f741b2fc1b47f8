using System.Text.Json;
using Microsoft.Extensions.Options;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Tools;

/// <summary>Makes tools of modules. A bad module never touches another's tools.</summary>
internal sealed partial class ToolLoader(
    ToolBundler bundler,
    WorkerSupervisor workers,
    ToolRules rules,
    IOptions<ExecutorOptions> executor,
    TimeProvider time,
    ILogger<ToolLoader> logger)
{
    /// <param name="before">The module as it was, whose tools go on where the new ones cannot be loaded.</param>
    public async Task<LoadedModule> LoadAsync(
        ToolSource source, Bundle bundle, LoadedModule? before, CancellationToken cancellationToken)
    {
        if (before is not null && before.Bundle.Path == bundle.Path && before.Tools.All(tool => tool.LoadError.Length == 0))
        {
            return before with { Bundle = bundle };
        }

        var (used, exported) = await ExportsOfAsync(source, bundle, cancellationToken);
        return new LoadedModule(source, used, Merge(exported, RunnableOf(before)));
    }

    // A tool that cannot be loaded any more stays as it was.
    private static IReadOnlyList<Tool> Merge(Exports exports, IReadOnlyList<Tool> before) =>
        exports.Error.Length > 0 && before.Count > 0
            ? [.. before.Select(tool => tool.InsteadOf(exports.Error))]
            : [.. exports.Tools.Select(tool =>
                tool.Module is null && before.FirstOrDefault(old => old.Id == tool.Id) is { } last ? last.InsteadOf(tool.LoadError) : tool)];

    private static IReadOnlyList<Tool> RunnableOf(LoadedModule? module) =>
        module is null ? [] : [.. module.Tools.Where(tool => tool.Module is not null)];

    private async Task<(Bundle Used, Exports Exports)> ExportsOfAsync(
        ToolSource source, Bundle bundle, CancellationToken cancellationToken)
    {
        if (bundle.Errors.Length > 0)
        {
            return (bundle, Exports.None(source, bundle.Errors));
        }

        var (exports, timedOut) = await ExportsOfBundleAsync(source, bundle, cancellationToken);
        if (exports.Error.Length == 0 || !bundle.HasBytecode || timedOut)
        {
            return (bundle, exports);
        }

        // Bytecode is made of some modules that do not run as such, and nothing tells but trying.
        var plain = await bundler.BundleWithoutBytecodeAsync(source, cancellationToken);
        return plain.Errors.Length > 0
            ? (plain, Exports.None(source, plain.Errors))
            : (plain, (await ExportsOfBundleAsync(source, plain, cancellationToken)).Exports);
    }

    private async Task<(Exports Exports, bool TimedOut)> ExportsOfBundleAsync(
        ToolSource source, Bundle bundle, CancellationToken cancellationToken)
    {
        var module = new WorkerModule(bundle.Path, Path.GetDirectoryName(source.Path)!, source.IsEntrypoint);
        var limit = executor.Value.LoadTimeout;
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await DescribeAsync(module, either.Token) switch
            {
                ToolReturned description => (ExportsOf(source, module, description.Json.Span), false),
                ToolFailed failure => (Exports.None(source, $"{failure.Type}: {failure.Message}"), false),
                _ => throw new InvalidOperationException(),
            };
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (Exports.None(source, $"{FaultTypes.ToolNotLoaded}: Loading took longer than {limit}."), true);
        }
    }

    private Exports ExportsOf(ToolSource source, WorkerModule module, ReadOnlySpan<byte> description)
    {
        try
        {
            var definition = JsonSerializer.Deserialize(description, WorkerMessages.Default.DefinitionMessage)!;
            if (definition.Tools.Count == 0 && IsBlank(source))
            {
                // Not yet written rather than no tool any more.
                return Exports.None(source, "The file is empty.") with { Tools = [] };
            }

            return new Exports([.. definition.Tools.Select(exported => ToolOf(source, module, exported))], Error: "");
        }
        catch (JsonException exception)
        {
            return Exports.None(source, exception.Message);
        }
    }

    private static bool IsBlank(ToolSource source)
    {
        try
        {
            return string.IsNullOrWhiteSpace(File.ReadAllText(source.Path));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Tool ToolOf(ToolSource source, WorkerModule module, ExportedTool exported)
    {
        var id = source.IsEntrypoint ? exported.Key : source.Id;
        if (!ToolId.IsValid(id))
        {
            return Tool.Broken(id, ToolId.Rule);
        }

        try
        {
            var declared = ToolDeclaration.Parse(exported.Settings, Path.GetDirectoryName(source.Path)!);
            return new Tool(id, exported.Description, exported.Key, module, rules.SettingsOf(id, declared), LoadError: "")
            {
                InputSchema = Listed(id, "input", exported.Input),
                OutputSchema = Listed(id, "output", exported.Output),
                Annotations = AnnotationsDeclaration.Parse(exported.Annotations),
            };
        }
        catch (ToolDeclarationException exception)
        {
            return Tool.Broken(id, exception.Message);
        }
    }

    private string Listed(string id, string name, ExportedSchema? schema)
    {
        if (schema is { Problem.Length: > 0 })
        {
            Log.SchemaNotListed(logger, name, id, schema.Problem);
        }

        return schema?.Schema?.GetRawText() ?? "";
    }

    private async Task<WorkerReply> DescribeAsync(WorkerModule module, CancellationToken cancellationToken)
    {
        Worker? worker = null;
        try
        {
            worker = await workers.StartDescribingAsync(module);
            return await worker.DescribeAsync(cancellationToken);
        }
        catch (ProcessStartException exception)
        {
            return new ToolFailed(Contracts.V1.ErrorKind.Start, FaultTypes.BunNotStarted, exception.Message);
        }
        finally
        {
            if (worker is not null)
            {
                workers.Retire(worker, atOnce: true);
            }
        }
    }

    /// <param name="Error">Why the whole module cannot be loaded; empty where it can.</param>
    private sealed record Exports(IReadOnlyList<Tool> Tools, string Error)
    {
        public static Exports None(ToolSource source, string error) => new([Tool.Broken(source.Id, error)], error);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The {Name} of the tool {ToolId} is checked, and callers are shown no schema of it: {Problem}")]
        public static partial void SchemaNotListed(ILogger logger, string name, string toolId, string problem);
    }
}
