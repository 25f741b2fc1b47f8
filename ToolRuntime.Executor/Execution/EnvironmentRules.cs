using System.Text;
using System.Text.RegularExpressions;

namespace ToolRuntime.Executor.Execution;

/// <summary>Which environment variables a caller may give to a tool.</summary>
internal static partial class EnvironmentRules
{
    private const string Field = "environment";
    private const int MaxBytes = 64 * 1024;

    // What steers the dynamic loader, Bun or the search for programs would run code of the caller's in a tool's process.
    private static readonly string[] DeniedPrefixes = ["LD_", "DYLD_", "BUN_", "JSC_", "NODE_", "NPM_CONFIG_"];
    private static readonly HashSet<string> DeniedNames =
        ["PATH", "HOME", "TMPDIR", "SHELL", "IFS", "GLIBC_TUNABLES", "MALLOC_CONF", "SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF"];

    /// <exception cref="InvalidCallException">A variable may not be given.</exception>
    public static IReadOnlyDictionary<string, string> Check(IEnumerable<KeyValuePair<string, string>> environment)
    {
        var variables = environment.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in variables)
        {
            if (!Name().IsMatch(name))
            {
                throw new InvalidCallException(Field, "A variable's name has capital letters, digits and '_', and begins with no digit.");
            }

            if (DeniedNames.Contains(name) || DeniedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                throw new InvalidCallException(Field, $"The variable {name} is not the caller's to set.");
            }

            if (value.Any(c => char.IsControl(c) && c != '\t'))
            {
                throw new InvalidCallException(Field, $"The value of {name} has control characters.");
            }
        }

        var size = variables.Sum(variable => Encoding.UTF8.GetByteCount(variable.Key) + Encoding.UTF8.GetByteCount(variable.Value));
        return size <= MaxBytes
            ? variables
            : throw new InvalidCallException(Field, $"The variables have {size} bytes; the limit is {MaxBytes}.");
    }

    [GeneratedRegex(@"\A[A-Z_][A-Z0-9_]*\z")]
    private static partial Regex Name();
}
