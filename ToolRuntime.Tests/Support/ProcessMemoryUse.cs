using System.Globalization;

namespace ToolRuntime.Tests.Support;

/// <summary>What a process has in memory now, as /proc has it.</summary>
internal static class ProcessMemoryUse
{
    public static long ResidentBytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
