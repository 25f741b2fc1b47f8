namespace ToolRuntime.Tests.Support;

/// <summary>Whether a process still runs, seen from outside. A zombie has ended.</summary>
internal static class LiveProcess
{
    public static bool Exists(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return false;
        }
    }
}
