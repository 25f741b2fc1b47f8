using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Aspire.Hosting.Dcp;

/// <summary>A folder of one run's own, which only its owner can read: it holds DCP's token.</summary>
internal static class DcpSessionFolder
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    public static string Create(AspireBundle bundle, TimeProvider time)
    {
        Directory.CreateDirectory(bundle.Home);
        Directory.CreateDirectory(bundle.Sessions);
        RemoveStale(bundle.Sessions, time.GetUtcNow().UtcDateTime);
        var name = $"{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var folder = Path.Combine(bundle.Sessions, name);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return folder;
    }

    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // DCP removes it as well, when it gets to it.
        }
    }

    /// <summary>DCP removes its folder; what is left is from a machine that went down, or a DCP that was killed.</summary>
    private static void RemoveStale(string sessions, DateTime now)
    {
        foreach (var folder in new DirectoryInfo(sessions).EnumerateDirectories())
        {
            var owner = folder.Name.Split('-')[0];
            if (now - folder.LastWriteTimeUtc > Grace
                && int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && !IsRunning(pid))
            {
                Remove(folder.FullName);
            }
        }
    }

    private static bool IsRunning(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
