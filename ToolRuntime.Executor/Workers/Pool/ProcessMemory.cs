using System.Globalization;

namespace ToolRuntime.Executor.Workers.Pool;

/// <summary>What a process holds in memory.</summary>
internal static class ProcessMemory
{
    /// <returns>Its resident bytes; 0 where the system does not tell.</returns>
    public static long Of(int processId)
    {
        try
        {
            // Its second number counts resident pages.
            var pages = File.ReadAllText($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/statm").Split(' ')[1];
            return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
