using System.Text.RegularExpressions;

namespace ToolRuntime.Executor.Tools;

/// <summary>A pattern of tool ids, in which <c>*</c> stands for any characters, slashes among them, or none.</summary>
internal sealed partial class IdPattern(string text)
{
    private readonly Regex _regex = new(
        $"\\A{Regex.Escape(text).Replace("\\*", ".*", StringComparison.Ordinal)}\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    /// <summary>Of two patterns that match, the more specific is the one with more characters that are no wildcard.</summary>
    public int Specificity { get; } = text.Contains('*', StringComparison.Ordinal) ? text.Count(character => character != '*') : int.MaxValue;

    public string Text => text;

    public static bool IsValid(string text) => Grammar().IsMatch(text);

    public bool Matches(string id) => _regex.IsMatch(id);

    [GeneratedRegex(@"\A[a-zA-Z0-9_./*-]+\z")]
    private static partial Regex Grammar();
}
