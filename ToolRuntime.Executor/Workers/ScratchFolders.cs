using System.Diagnostics;
using System.Globalization;

namespace ToolRuntime.Executor.Workers;

/// <summary>Gives each worker a folder to write to, and removes it after the worker.</summary>
internal sealed partial class ScratchFolders : IDisposable
{
    private readonly string _folder;
    private readonly ILogger<ScratchFolders> _logger;
    private long _made;

    public ScratchFolders(WorkerPlaces places, ILogger<ScratchFolders> logger)
    {
        _logger = logger;
        _folder = Path.Combine(places.Scratch, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        Remove(_folder);
        Directory.CreateDirectory(_folder);
        RemoveLeftovers(places.Scratch);
    }

    public string Make()
    {
        var name = Interlocked.Increment(ref _made).ToString(CultureInfo.InvariantCulture);
        return Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
    }

    public void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // There is nothing to remove.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.NotRemoved(_logger, exception, folder);
        }
    }

    public void Dispose() => Remove(_folder);

    // What executors that were killed have left behind.
    private void RemoveLeftovers(string scratch)
    {
        foreach (var folder in Directory.EnumerateDirectories(scratch))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && !IsRunning(pid))
            {
                Remove(folder);
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

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The scratch folder {Folder} could not be removed.")]
        public static partial void NotRemoved(ILogger logger, Exception exception, string folder);
    }
}
