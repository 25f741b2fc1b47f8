using System.Globalization;

namespace ToolRuntime.Executor.Workers;

/// <summary>What a process holds in memory; 0 where the system does not tell, or the process is no more.</summary>
internal static class ProcessMemory
{
    /// <returns>Its resident bytes.</returns>
    public static long ResidentOf(int processId) => Pages(processId, index: 1);

    /// <returns>The bytes of its address space.</returns>
    public static long AddressSpaceOf(int processId) => Pages(processId, index: 0);

    private static long Pages(int processId, int index)
    {
        try
        {
            var numbers = File.ReadAllText($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/statm").Split(' ');
            return long.Parse(numbers[index], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
