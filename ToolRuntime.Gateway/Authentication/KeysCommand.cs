using System.Security.Cryptography;

namespace ToolRuntime.Gateway.Authentication;

/// <summary><c>keys new &lt;name&gt;</c>: makes a key, and what the settings have to know of it.</summary>
internal static class KeysCommand
{
    public const string Name = "keys";

    /// <returns>The program's exit code.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        if (arguments is not [Name, "new", var name])
        {
            errors.WriteLine($"Usage: ToolRuntime.Gateway {Name} new <name>");
            return 2;
        }

        var key = ApiKey.Create();
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        ApiKey.Hash(key, digest);
        output.WriteLine(
            $$"""
            The key, which is shown this once:
              {{key}}
            What goes into the settings, or into the file of {{AccessOptions.Section}}:{{nameof(AccessOptions.KeysFile)}}:
              { "{{AccessOptions.Section}}": { "{{nameof(AccessOptions.Keys)}}": { "{{name}}": { "{{nameof(ApiKeySettings.Sha256)}}": "{{Convert.ToHexStringLower(digest)}}", "{{nameof(ApiKeySettings.Tools)}}": ["*"] } } } }
            """);
        return 0;
    }
}
