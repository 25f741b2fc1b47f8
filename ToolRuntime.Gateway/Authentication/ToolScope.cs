using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace ToolRuntime.Gateway.Authentication;

/// <summary>
/// The tools that a caller may see and call, by patterns of their ids in which <c>*</c> stands for any characters, slashes
/// among them, or none, as in the executor's rules.
/// </summary>
internal sealed partial class ToolScope(IReadOnlyList<string> patterns)
{
    /// <summary>No tool's id is longer, and none that is needs to be looked at.</summary>
    public const int MaxIdLength = 128;

    private const string All = "*";

    public static ToolScope Everything { get; } = new([All]);

    public bool IsEverything { get; } = patterns.Contains(All);

    public static bool IsPattern(string text) => Grammar().IsMatch(text);

    public bool Allows(string toolId) => IsEverything || (toolId.Length <= MaxIdLength && Matches(toolId));

    private bool Matches(string toolId)
    {
        foreach (var pattern in patterns)
        {
            // The grammar leaves out what else than * means something here.
            if (FileSystemName.MatchesSimpleExpression(pattern, toolId, ignoreCase: false))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9_./*-]+\z")]
    private static partial Regex Grammar();
}
