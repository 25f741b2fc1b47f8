namespace ToolRuntime.Executor.Workers;

/// <summary>What calls of a tool share.</summary>
internal enum Isolation
{
    /// <summary>Nothing: each call has a process of its own.</summary>
    PerCall,

    /// <summary>A long-lived process, and with it the state of the tool's module.</summary>
    Reused,
}
