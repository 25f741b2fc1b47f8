namespace ToolRuntime.Executor.Processes;

/// <summary>What to start. The environment is the whole of it: nothing of the executor's own is inherited.</summary>
/// <param name="ForkArguments">
/// The arguments by which the program, started once, forks itself for each process that is wanted; null where it cannot.
/// </param>
internal sealed record ProcessSpec(
    string FileName,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string WorkingDirectory,
    ProcessLimits? Limits = null,
    SandboxRules? Sandbox = null,
    IReadOnlyList<string>? ForkArguments = null);
