namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>When a system call filter is put in force, and so what is still to be let through.</summary>
internal enum FilterMoment
{
    /// <summary>The tool's process is still to be made, and its program to be run: a listener is asked about both.</summary>
    BeforeFork,

    /// <summary>The program is still to be run.</summary>
    BeforeRun,

    /// <summary>The tool's process is as it will be.</summary>
    Running,
}
