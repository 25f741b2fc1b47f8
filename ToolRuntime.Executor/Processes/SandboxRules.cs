namespace ToolRuntime.Executor.Processes;

/// <summary>What a process may reach, as far as the sandbox in force can hold it.</summary>
/// <param name="ReadablePaths">Folders and files that it may read, beside what Bun itself needs.</param>
/// <param name="WritablePaths">Folders that it may read and write.</param>
/// <param name="Network">Whether it may connect and listen.</param>
/// <param name="ChildProcesses">Whether it may run other programs.</param>
internal sealed record SandboxRules(
    IReadOnlyList<string> ReadablePaths, IReadOnlyList<string> WritablePaths, bool Network, bool ChildProcesses);
