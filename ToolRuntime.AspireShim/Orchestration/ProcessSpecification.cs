using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Works out what DCP is to run for a resource: command, arguments and environment.</summary>
internal sealed partial class ProcessSpecification(DistributedApplicationExecutionContext executionContext)
{
    /// <summary>Marks a project's built assembly in the AppHost's metadata; the project's path follows.</summary>
    public const string ProjectOutputKey = "AspireProjectOutput:";

    // The AppHost's own; a resource gets its environment's name said to it.
    private static readonly HashSet<string> WithheldVariables = new(StringComparer.OrdinalIgnoreCase)
    {
        "ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE",
        "ASPIRE_ALLOW_UNSECURED_TRANSPORT", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL",
    };

    public static bool IsProcess(IResource resource) => resource is ProjectResource or ExecutableResource or ContainerResource;

    public static DcpKind KindOf(IResource resource) => resource is ContainerResource ? DcpKind.Container : DcpKind.Executable;

    public async Task<ProcessPlan> CreateAsync(IResource resource, ILogger logger, CancellationToken cancellationToken)
    {
        var args = await ArgsOfAsync(resource, logger, cancellationToken);
        var variables = await VariablesOfAsync(resource, logger, cancellationToken);
        return resource is ContainerResource container
            ? await ContainerPlan.CreateAsync(container, args, variables, cancellationToken)
            : ExecutablePlan(resource, args, variables);
    }

    public static string Producers(IResource resource) => JsonSerializer.Serialize(
        resource.Annotations.OfType<EndpointAnnotation>()
            .Where(endpoint => endpoint.IsProxied)
            .Select(endpoint => new DcpServiceProducer(
                EndpointAllocator.ServiceName(resource, endpoint), endpoint.TargetHost, endpoint.TargetPort)),
        JsonSerializerOptions.Web);

    private async Task<Dictionary<string, string>> VariablesOfAsync(IResource resource, ILogger logger, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken) { Logger = logger };
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            variables[name] = await ResolveAsync(value, cancellationToken);
        }

        return variables;
    }

    private static ProcessPlan ExecutablePlan(
        IResource resource, IReadOnlyList<string> args, IReadOnlyDictionary<string, string> variables)
    {
        var (command, directory, leading) = CommandOf(resource);

        // Everything is passed on by name, because DCP's own environment is not the user's.
        var environment = InheritedEnvironment();
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        string[] all = [.. leading, .. args];
        DcpVariable[] env = [.. environment.Select(variable => new DcpVariable(variable.Key, variable.Value))];
        return new ProcessPlan(new DcpExecutableSpec(command, directory, all, env), all, env)
        {
            FromSpec = variables.Keys.ToHashSet(StringComparer.Ordinal),
            ArgsProperty = "executable.args",
            Properties = [new("executable.path", command), new("executable.workDir", directory)],
        };
    }

    private static async Task<List<string>> ArgsOfAsync(IResource resource, ILogger logger, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken) { Logger = logger };
        foreach (var callback in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        var args = new List<string>();
        foreach (var arg in context.Args)
        {
            args.Add(await ResolveAsync(arg, cancellationToken));
        }

        return args;
    }

    private static (string Command, string Directory, string[] Args) CommandOf(IResource resource)
    {
        if (resource is ExecutableResource executable)
        {
            return (executable.Command, executable.WorkingDirectory, []);
        }

        var project = ((ProjectResource)resource).GetProjectMetadata();
        var directory = Path.GetDirectoryName(project.ProjectPath)!;
        return BuiltAssembly(project) is { } assembly
            ? ("dotnet", directory, [assembly])
            : ("dotnet", directory, ["run", "--project", project.ProjectPath, "--no-build", "--no-launch-profile", "--"]);
    }

    private static string? BuiltAssembly(IProjectMetadata project) => project.GetType().Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(metadata => metadata.Key == ProjectOutputKey + project.ProjectPath)?.Value is { } path && File.Exists(path)
            ? path
            : null;

    private static Dictionary<string, string> InheritedEnvironment() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Where(variable => !WithheldVariables.Contains((string)variable.Key))
        .ToDictionary(variable => (string)variable.Key, variable => Escape((string?)variable.Value ?? ""), StringComparer.Ordinal);

    private static async Task<string> ResolveAsync(object value, CancellationToken cancellationToken)
    {
        var text = value switch
        {
            string literal => literal,
            IValueProvider provider => await provider.GetValueAsync(cancellationToken),
            IResourceBuilder<IResource> { Resource: IValueProvider provider } => await provider.GetValueAsync(cancellationToken),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
        return Escape(text ?? "");
    }

    /// <summary>DCP reads every value as a template; only the ports that the allocator asks for are meant as such.</summary>
    private static string Escape(string value) => LiteralBraces().Replace(value, "{{ \"{{\" }}");

    [GeneratedRegex("""\{\{(?!- portForServing "[^"]+" -\}\})""")]
    private static partial Regex LiteralBraces();
}
