namespace ToolRuntime.Executor.Processes.Sandbox;

/// <summary>What holds a tool's process to its <see cref="SandboxRules"/>.</summary>
internal enum SandboxMode
{
    /// <summary>Nothing: the rules of a process are not applied.</summary>
    None,

    /// <summary>The kernel's Landlock, set on the thread that starts the process; it costs no time.</summary>
    Landlock,

    /// <summary>Namespaces of its own by bubblewrap: other processes, files and the network are not even visible.</summary>
    Strict,
}
