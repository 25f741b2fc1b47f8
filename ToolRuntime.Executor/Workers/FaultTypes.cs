namespace ToolRuntime.Executor.Workers;

/// <summary>The runtime's own error types, beside the classes that tools throw.</summary>
internal static class FaultTypes
{
    public const string BunNotStarted = nameof(BunNotStarted);
    public const string ToolNotLoaded = nameof(ToolNotLoaded);
    public const string RequestNotWritten = nameof(RequestNotWritten);
    public const string ResponseBrokenOff = nameof(ResponseBrokenOff);
    public const string OutputLimitExceeded = nameof(OutputLimitExceeded);
    public const string CpuLimitExceeded = nameof(CpuLimitExceeded);
    public const string AddressSpaceLimitExceeded = nameof(AddressSpaceLimitExceeded);
    public const string OpenFilesLimitExceeded = nameof(OpenFilesLimitExceeded);
    public const string ChildProcessNotAllowed = nameof(ChildProcessNotAllowed);
    public const string ProcessExited = nameof(ProcessExited);
    public const string ProtocolViolation = nameof(ProtocolViolation);
    public const string DeadlineExceeded = nameof(DeadlineExceeded);
}
