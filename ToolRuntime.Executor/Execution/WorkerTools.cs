using Microsoft.Extensions.Options;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Processes.Sandbox;
using ToolRuntime.Executor.Workers;
using Tool = ToolRuntime.Executor.Tools.Tool;

namespace ToolRuntime.Executor.Execution;

/// <summary>Tools in the terms of the workers that run them.</summary>
internal sealed class WorkerTools(SandboxInForce sandbox, IOptions<ExecutorOptions> options)
{
    private readonly ProcessLimits _defaultLimits =
        new(options.Value.CpuTime, options.Value.AddressSpaceBytes, options.Value.OpenFiles);

    /// <param name="tool">One that can run.</param>
    public WorkerTool Of(Tool tool)
    {
        var settings = tool.Settings!;
        var profile = new WorkerProfile(
            new ProcessLimits(settings.CpuTime, settings.AddressSpaceBytes, settings.OpenFiles),
            sandbox.SetsToolsApart ? tool.Module : null,
            settings.Network,
            settings.ChildProcesses,
            settings.ReadablePaths,
            settings.WritablePaths);
        return new WorkerTool(tool.Module!, tool.Key, IsDefault(profile) ? null : profile);
    }

    private bool IsDefault(WorkerProfile profile) =>
        profile.Limits == _defaultLimits
        && profile is { Apart: null, Network: false, ChildProcesses: false, ReadablePaths.Count: 0, WritablePaths.Count: 0 };
}
