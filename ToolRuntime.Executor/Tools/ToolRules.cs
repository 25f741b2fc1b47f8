using Microsoft.Extensions.Options;

namespace ToolRuntime.Executor.Tools;

/// <summary>
/// Settles what holds for a tool's calls. Each setting by itself comes from the first that gives it: the tool's own
/// declaration; the rules whose patterns match its id, the most specific first (an id without wildcards, then the pattern
/// with the most other characters, then the first in the alphabet); the executor's settings. No limit is above the
/// executor's own, and what is not allowed anywhere is not allowed.
/// </summary>
internal sealed class ToolRules(IOptions<ToolsOptions> tools, IOptions<ExecutorOptions> executor)
{
    private readonly string _root = Path.GetFullPath(tools.Value.Path);

    private readonly (IdPattern Pattern, ToolRule Rule)[] _rules =
    [
        .. tools.Value.Rules
            .Select(rule => (Pattern: new IdPattern(rule.Key), Rule: rule.Value))
            .OrderByDescending(rule => rule.Pattern.Specificity)
            .ThenBy(rule => rule.Pattern.Text, StringComparer.Ordinal),
    ];

    public ToolSettings SettingsOf(string id, ToolRule declared)
    {
        var own = executor.Value;
        ToolRule[] rules = [.. _rules.Where(rule => rule.Pattern.Matches(id)).Select(rule => rule.Rule)];
        ToolRule[] layers = [declared, .. rules];
        return new ToolSettings(
            First(layers, layer => layer.Isolation) ?? own.Isolation,
            Least(First(layers, layer => layer.Timeout), own.Timeout),
            Least(First(layers, layer => layer.CpuTime), own.CpuTime),
            Least(First(layers, layer => layer.AddressSpaceBytes), own.AddressSpaceBytes),
            Least(First(layers, layer => layer.OpenFiles), own.OpenFiles),
            Least(First(layers, layer => layer.MaxInputBytes), own.MaxInputBytes),
            Least(First(layers, layer => layer.MaxResultBytes), own.MaxResultBytes),
            Least(First(layers, layer => layer.MaxPrintedBytes), own.MaxPrintedBytes),
            Least(First(layers, layer => layer.MaxConcurrency), own.MaxConcurrencyPerTool),
            First(layers, layer => layer.Network) ?? false,
            First(layers, layer => layer.ChildProcesses) ?? false,
            declared.ReadablePaths ?? UnderRoot(rules, rule => rule.ReadablePaths),
            declared.WritablePaths ?? UnderRoot(rules, rule => rule.WritablePaths));
    }

    private static T? First<T>(ToolRule[] layers, Func<ToolRule, T?> setting)
        where T : struct => layers.Select(setting).FirstOrDefault(value => value is not null);

    private static T Least<T>(T? value, T most)
        where T : struct, IComparable<T> => value is { } given && given.CompareTo(most) < 0 ? given : most;

    private string[] UnderRoot(ToolRule[] rules, Func<ToolRule, IReadOnlyList<string>?> setting) =>
        [.. (rules.Select(setting).FirstOrDefault(paths => paths is not null) ?? []).Select(path => Path.GetFullPath(path, _root))];
}

/// <summary>Refuses to start with rules that cannot hold.</summary>
internal sealed class ToolRulesValidation : IValidateOptions<ToolsOptions>
{
    public ValidateOptionsResult Validate(string? name, ToolsOptions options)
    {
        var failures = options.Rules.SelectMany(rule => FailuresOf(rule.Key, rule.Value)).ToArray();
        return failures.Length > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> FailuresOf(string pattern, ToolRule rule)
    {
        var section = $"{ToolsOptions.Section}:{nameof(ToolsOptions.Rules)}:{pattern}";
        return IdPattern.IsValid(pattern)
            ? rule.Problems().Select(problem => $"{section}:{problem.Name} {problem.Problem}.")
            : [$"{section} is no pattern of tool ids."];
    }
}
