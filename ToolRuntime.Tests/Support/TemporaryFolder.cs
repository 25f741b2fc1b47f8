namespace ToolRuntime.Tests.Support;

/// <summary>A folder of a test's own, removed after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("toolruntime-test-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string content)
    {
        var file = File(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllText(file, content);
        return file;
    }

    /// <summary>Lets what is within import the packages that npm installed for the repository.</summary>
    public void LinkNodePackages()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(System.IO.Path.Combine(folder.FullName, "node_modules")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No node_modules lies above the tests.");
        }

        Directory.CreateSymbolicLink(File("node_modules"), System.IO.Path.Combine(folder.FullName, "node_modules"));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
