using System.Text.Json;
using Microsoft.Extensions.Options;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Tools;

/// <summary>Makes tools of the modules under the tools' root. A bad module never touches another tool.</summary>
internal sealed class ToolLoader(
    ToolBundler bundler,
    WorkerSupervisor workers,
    IOptions<ToolsOptions> tools,
    IOptions<ExecutorOptions> executor,
    TimeProvider time)
{
    public async Task<IReadOnlyList<Tool>> LoadAsync(CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(tools.Value.Path);
        var sources = ToolSource.Find(root);
        var bundles = await bundler.BundleAsync(sources, cancellationToken);
        var loaded = new IReadOnlyList<Tool>[sources.Count];
        await Parallel.ForAsync(0, sources.Count, cancellationToken, async (i, token) =>
            loaded[i] = await LoadAsync(sources[i], bundles[i], root, token));
        return [.. loaded.SelectMany(tools => tools).GroupBy(tool => tool.Id, StringComparer.Ordinal).Select(OneOf).OrderBy(tool => tool.Id, StringComparer.Ordinal)];
    }

    private static Tool OneOf(IGrouping<string, Tool> sameId) =>
        sameId.Count() == 1
            ? sameId.Single()
            : Tool.Broken(sameId.Key, $"{sameId.Count()} modules or exports have this id.");

    private async Task<IReadOnlyList<Tool>> LoadAsync(
        ToolSource source, Bundle bundle, string root, CancellationToken cancellationToken)
    {
        if (bundle.Errors.Length > 0)
        {
            return [Tool.Broken(source.Id, bundle.Errors)];
        }

        var module = new WorkerModule(bundle.Path, source.IsEntrypoint, root);
        return await DescribeAsync(module, cancellationToken) switch
        {
            ToolReturned description => ToolsOf(source, module, description.Json.Span),
            ToolFailed failure => [Tool.Broken(source.Id, $"{failure.Type}: {failure.Message}")],
            _ => throw new InvalidOperationException(),
        };
    }

    private static IReadOnlyList<Tool> ToolsOf(ToolSource source, WorkerModule module, ReadOnlySpan<byte> description)
    {
        try
        {
            var definition = JsonSerializer.Deserialize(description, WorkerMessages.Default.DefinitionMessage)!;
            return [.. definition.Tools.Select(exported => ToolOf(source, module, exported))];
        }
        catch (JsonException exception)
        {
            return [Tool.Broken(source.Id, exception.Message)];
        }
    }

    private static Tool ToolOf(ToolSource source, WorkerModule module, ExportedTool exported)
    {
        var id = source.IsEntrypoint ? exported.Key : source.Id;
        return ToolId.IsValid(id)
            ? new Tool(id, exported.Description, exported.Key, module, LoadError: "")
            : Tool.Broken(id, ToolId.Rule);
    }

    private async Task<WorkerReply> DescribeAsync(WorkerModule module, CancellationToken cancellationToken)
    {
        var limit = executor.Value.LoadTimeout;
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        Worker? worker = null;
        try
        {
            worker = await workers.StartDescribingAsync(module);
            return await worker.DescribeAsync(either.Token);
        }
        catch (ProcessStartException exception)
        {
            return new ToolFailed(Contracts.V1.ErrorKind.Start, FaultTypes.BunNotStarted, exception.Message);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return new ToolFailed(Contracts.V1.ErrorKind.Start, FaultTypes.ToolNotLoaded, $"Loading took longer than {limit}.");
        }
        finally
        {
            if (worker is not null)
            {
                workers.Retire(worker, atOnce: true);
            }
        }
    }
}
