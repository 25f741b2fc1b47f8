namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>The pipes between the executor and one process: the runtime's two descriptors, its output and its error output.</summary>
internal sealed class ChildPipes : IDisposable
{
    private readonly Pipe _requests = Pipe.ToChild();
    private readonly Pipe _responses = Pipe.FromChild();
    private readonly Pipe _output = Pipe.FromChild();
    private readonly Pipe _error = Pipe.FromChild();

    public Stream Requests => _requests.Stream;

    public Stream Responses => _responses.Stream;

    public Stream Output => _output.Stream;

    public Stream Error => _error.Stream;

    public bool IsUnread(Stream stream) =>
        stream == Output ? _output.IsUnread : stream == Error ? _error.IsUnread : _responses.IsUnread;

    public void Widen(Stream stream) => (stream == Requests ? _requests : _responses).Widen();

    /// <summary>What the process gets: its own numbers, and the ends here that become them.</summary>
    public Dictionary<int, int> Descriptors() => new()
    {
        [1] = _output.ChildDescriptor,
        [2] = _error.ChildDescriptor,
        [3] = _requests.ChildDescriptor,
        [4] = _responses.ChildDescriptor,
    };

    public void CloseChildEnds()
    {
        _requests.CloseChildEnd();
        _responses.CloseChildEnd();
        _output.CloseChildEnd();
        _error.CloseChildEnd();
    }

    public void Dispose()
    {
        _requests.Dispose();
        _responses.Dispose();
        _output.Dispose();
        _error.Dispose();
    }
}
