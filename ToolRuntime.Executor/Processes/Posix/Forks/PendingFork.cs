using ToolRuntime.Executor.Processes.Posix.Sandbox;
using ToolRuntime.Executor.Processes.Sandbox;

namespace ToolRuntime.Executor.Processes.Posix.Forks;

/// <summary>A process that is to be forked, with all that it gets.</summary>
internal sealed class PendingFork : IDisposable
{
    private readonly LandlockRuleset? _ruleset;
    private readonly TaskCompletionSource<ForkedProcess> _process = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="known">The variables that the server has.</param>
    /// <exception cref="ProcessStartException">The rules cannot be put in force.</exception>
    public PendingFork(ProcessSpec spec, SandboxMode mode, IReadOnlyDictionary<string, string> known)
    {
        _ruleset = mode == SandboxMode.Landlock && spec.Sandbox is { } rules ? LandlockRuleset.Create(rules, [spec.FileName]) : null;
        Pipes = new ChildPipes();
        Request = new ForkRequest(
            spec.Environment.Except(known).ToDictionary(),
            spec.Limits is { } limits ? [.. ResourceLimits.Of(limits).Where(IsNotTheServers).Select(ToLimit)] : [],
            _ruleset is null ? null : new ForkRestrictions(Capabilities.OfThreadToKeep(), FilterOf(spec.Sandbox!)));
    }

    public ForkRequest Request { get; }

    public ChildPipes Pipes { get; }

    /// <summary>What goes with the request, in the order in which the server takes it.</summary>
    public int[] Descriptors
    {
        get
        {
            var own = Pipes.Descriptors();
            return [own[3], own[4], own[1], own[2], .. _ruleset is { } ruleset ? [ruleset.Descriptor] : Array.Empty<int>()];
        }
    }

    public Task<ForkedProcess> Process => _process.Task;

    public void Complete(ForkedProcess process) => _process.SetResult(process);

    public void Fail(Exception exception) => _process.SetException(exception);

    /// <summary>Closes what the process has by now, or never will.</summary>
    public void Dispose()
    {
        _ruleset?.Dispose();
        Pipes.CloseChildEnds();
    }

    private static byte[] FilterOf(SandboxRules rules) =>
        Seccomp.IsAvailable ? SystemCallFilter.Build(SystemCalls.Current!, rules, FilterMoment.Running) : [];

    // The server has the same limit of its address space, and what it forks has it from there.
    private static bool IsNotTheServers((int Resource, ulong Soft, ulong Hard) limit) => limit.Resource != Libc.RLIMIT_AS;

    private static ForkLimit ToLimit((int Resource, ulong Soft, ulong Hard) limit) => new(
        limit.Resource, ResourceLimits.AtMost(limit.Resource, limit.Soft), ResourceLimits.AtMost(limit.Resource, limit.Hard));
}
