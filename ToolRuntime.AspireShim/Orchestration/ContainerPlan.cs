using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace Aspire.Hosting.Orchestration;

/// <summary>Works out what DCP is to tell the container runtime.</summary>
internal static class ContainerPlan
{
    public static async Task<ProcessPlan> CreateAsync(
        ContainerResource container,
        IReadOnlyList<string> args,
        IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellationToken)
    {
        if (container.Annotations.OfType<EndpointAnnotation>().Any(endpoint => endpoint.IsProxied))
        {
            throw new DistributedApplicationException(
                $"Container '{container.Name}': this implementation publishes no ports; use the host's network, and endpoints without a proxy.");
        }

        var image = container.Annotations.OfType<ContainerImageAnnotation>().Last();
        var runtimeArgs = new ContainerRuntimeArgsCallbackContext([], cancellationToken);
        foreach (var callback in container.Annotations.OfType<ContainerRuntimeArgsCallbackAnnotation>())
        {
            await callback.Callback(runtimeArgs);
        }

        DcpVolumeMount[] mounts =
        [
            .. container.Annotations.OfType<ContainerMountAnnotation>().Select(mount => new DcpVolumeMount(
                mount.Type == ContainerMountType.BindMount ? "bind" : "volume", mount.Source, mount.Target, mount.IsReadOnly)),
        ];
        DcpVariable[] env = [.. variables.Select(variable => new DcpVariable(variable.Key, variable.Value))];
        var name = $"{image.Image}:{image.Tag}";
        var spec = new DcpContainerSpec(
            name, container.Entrypoint, args, env, mounts, [.. runtimeArgs.Args.Select(arg => arg.ToString() ?? "")]);
        return new ProcessPlan(spec, args, env)
        {
            FromSpec = variables.Keys.ToHashSet(StringComparer.Ordinal),
            ArgsProperty = "container.args",
            Properties = [new("container.image", name)],
        };
    }
}
