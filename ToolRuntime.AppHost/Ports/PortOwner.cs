using System.Globalization;

namespace ToolRuntime.AppHost.Ports;

/// <summary>Finds out who listens on a port of this machine, where Linux tells.</summary>
internal static class PortOwner
{
    private const string Listening = "0A";

    /// <summary>For instance <c>prometheus (process 4711)</c>; null where it cannot be found out.</summary>
    public static string? Find(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var sockets = Sockets("/proc/net/tcp", port).Concat(Sockets("/proc/net/tcp6", port))
            .Select(inode => $"socket:[{inode}]").ToHashSet(StringComparer.Ordinal);
        return sockets.Count == 0
            ? null
            : Directory.EnumerateDirectories("/proc")
                .Where(process => int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .Where(process => Holds(process, sockets))
                .Select(Describe)
                .FirstOrDefault();
    }

    // A line's second column is the local address as hexadecimal host:port, the fourth the state, the tenth the inode.
    private static List<string> Sockets(string table, int port)
    {
        var suffix = $":{port.ToString("X4", CultureInfo.InvariantCulture)}";
        return !File.Exists(table)
            ? []
            :
            [
                .. File.ReadLines(table).Skip(1)
                    .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .Where(columns => columns[1].EndsWith(suffix, StringComparison.Ordinal) && columns[3] == Listening)
                    .Select(columns => columns[9]),
            ];
    }

    private static bool Holds(string process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(process, "fd"))
                .Any(descriptor => new FileInfo(descriptor).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or is another user's.
            return false;
        }
    }

    private static string Describe(string process)
    {
        try
        {
            return $"{File.ReadAllText(Path.Combine(process, "comm")).Trim()} (process {Path.GetFileName(process)})";
        }
        catch (IOException)
        {
            return $"process {Path.GetFileName(process)}";
        }
    }
}
