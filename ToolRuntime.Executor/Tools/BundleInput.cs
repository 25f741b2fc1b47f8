using System.Security.Cryptography;

namespace ToolRuntime.Executor.Tools;

/// <summary>Something on disk that a bundle depends on; <c>worker/inputs.ts</c> makes them.</summary>
/// <param name="Hash">The content's SHA-256; <c>directory</c> for a folder, and empty where there is nothing.</param>
internal sealed record BundleInput(string Path, string Hash)
{
    public bool IsAsItWas => HashOf(Path) == Hash;

    private static string HashOf(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Directory.Exists(path) ? "directory" : "";
        }
    }
}
