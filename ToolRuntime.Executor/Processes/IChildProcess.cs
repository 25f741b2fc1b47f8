namespace ToolRuntime.Executor.Processes;

/// <summary>
/// A started process with the runtime's two descriptors beside its standard ones. Disposing closes the streams; it ends
/// nothing.
/// </summary>
internal interface IChildProcess : IDisposable
{
    /// <summary>The process's id here. In namespaces of its own, where the kernel cannot tell it: of what started it.</summary>
    int Id { get; }

    /// <summary>The process's descriptor 3. Closing it asks a worker to end.</summary>
    Stream Requests { get; }

    /// <summary>The process's descriptor 4.</summary>
    Stream Responses { get; }

    Stream Output { get; }

    Stream Error { get; }

    /// <summary>Whether what the process wrote waits to be read from one of its streams; false too where the system does not tell.</summary>
    bool IsUnread(Stream stream);

    /// <summary>
    /// Makes room for what is long between the two sides of <see cref="Requests"/> or <see cref="Responses"/>, so that they
    /// wake each other seldom. Does nothing where the system has no more to give.
    /// </summary>
    void Widen(Stream stream);

    /// <summary>Completes when the process has been reaped, never with an error.</summary>
    Task<ProcessExit> Exited { get; }

    /// <summary>Asks the whole process group to end (SIGTERM). Does nothing once the process has been reaped.</summary>
    void Terminate();

    /// <summary>Ends the whole process group (SIGKILL). Does nothing once the process has been reaped.</summary>
    void Kill();
}
