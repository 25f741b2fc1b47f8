using System.Text.RegularExpressions;

namespace ToolRuntime.Executor.Workers;

/// <summary>
/// Takes from what Bun prints to stderr as it ends that the system refused it something: its exit alone does not tell. What
/// is looked for is Bun 1.4's; another's end is told without a reason.
/// </summary>
/// <param name="addressSpace">How many bytes of address space the process has.</param>
internal sealed partial class LastWords(Func<long> addressSpace)
{
    private const string ReportBegins = "============================================================";
    private const string MemoryExhausted = "ASSERTION FAILED: MemoryExhaustion: ";
    private const string DescriptorsExhausted = "error: bun ran out of file descriptors (ProcessFdQuotaExceeded)";

    // Where the engine crashes on purpose, be it for want of memory or for another reason.
    private const string CrashedOnPurpose = "Segmentation fault at address 0xBBADBEEF";

    private long _sizeAtReport;

    /// <summary>Whether memory was refused to it.</summary>
    public bool LackedMemory { get; private set; }

    /// <summary>Whether a descriptor was refused to it.</summary>
    public bool LackedDescriptors { get; private set; }

    /// <summary>The address space that it had when it crashed on purpose; 0 where it did not, or was gone too soon.</summary>
    public long CrashedWith { get; private set; }

    public void Hear(string line)
    {
        if (line == ReportBegins)
        {
            _sizeAtReport = addressSpace();
        }
        else if (line.EndsWith(CrashedOnPurpose, StringComparison.Ordinal))
        {
            CrashedWith = _sizeAtReport;
        }

        LackedMemory |= line.StartsWith(MemoryExhausted, StringComparison.Ordinal) || AllocationFailed().IsMatch(line);
        LackedDescriptors |= line == DescriptorsExhausted;
    }

    [GeneratedRegex(@"\Amemory allocation of \d+ bytes failed\z")]
    private static partial Regex AllocationFailed();
}
