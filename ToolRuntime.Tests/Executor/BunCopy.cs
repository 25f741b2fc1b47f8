using Microsoft.Extensions.Options;
using ToolRuntime.Executor;
using ToolRuntime.Executor.Workers;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor;

/// <summary>A link to Bun, and a cache for what it compiles, that a test can take away.</summary>
internal sealed class BunCopy : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BunCopy()
    {
        Path = _folder.File("bun");
        File.CreateSymbolicLink(Path, new BunExecutable(Options.Create(new ExecutorOptions())).Path);
    }

    public string Path { get; }

    public string CachePath => _folder.File("cache");

    public void Remove()
    {
        File.Delete(Path);
        Directory.Delete(_folder.File("cache/workers"), recursive: true);
    }

    public void Dispose() => _folder.Dispose();
}
