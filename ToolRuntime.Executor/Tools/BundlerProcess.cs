using System.Text.Json;
using Microsoft.Extensions.Options;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Tools;

/// <summary>Runs the bundler, <c>worker/bundle.ts</c>, in a Bun process of its own.</summary>
internal sealed class BundlerProcess(BunCommand bun, IOptions<ToolsOptions> tools)
{
    // What the runtime runs fetches no packages, and a .env or bunfig.toml among the tools configures nothing.
    private static readonly string[] Flags = ["--no-install", "--no-env-file", "--config=/dev/null"];

    public static string Script { get; } = Path.Combine(WorkerCommand.ScriptFolder, "bundle.ts");

    /// <exception cref="BunCommandException">Bun could not tell.</exception>
    public async Task<string> VersionAsync(CancellationToken cancellationToken) =>
        (await RunAsync(["--revision"], [], cancellationToken)).Trim();

    /// <returns>What became of each job, in their order.</returns>
    /// <exception cref="BunCommandException">The bundler itself failed.</exception>
    public async Task<IReadOnlyList<BundleResult>> BundleAsync(BundleJob[] jobs, CancellationToken cancellationToken)
    {
        string[] arguments = [.. Flags, Script, Path.Combine(WorkerCommand.ScriptFolder, "sdk.ts")];
        var request = JsonSerializer.SerializeToUtf8Bytes(jobs, BundlerMessages.Default.BundleJobArray);
        var output = await RunAsync(arguments, request, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(output, BundlerMessages.Default.BundleResultArray)!;
        }
        catch (JsonException exception)
        {
            throw new BunCommandException($"The bundler's answer cannot be read: {exception.Message}");
        }
    }

    private Task<string> RunAsync(string[] arguments, byte[] input, CancellationToken cancellationToken) =>
        bun.RunAsync(arguments, input, Path.GetFullPath(tools.Value.Path), cancellationToken);
}
