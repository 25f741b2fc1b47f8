using System.Text.Json;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Tools;

/// <summary>Reads what a tool declares of itself: <c>ToolSettings</c> of <c>worker/sdk.ts</c>.</summary>
internal static class ToolDeclaration
{
    // The names by which authors know the settings that are checked after they are read.
    private static readonly Dictionary<string, string> AuthorsNames = new(StringComparer.Ordinal)
    {
        [nameof(ToolRule.Timeout)] = "timeoutMs",
        [nameof(ToolRule.CpuTime)] = "limits.cpuMs",
        [nameof(ToolRule.AddressSpaceBytes)] = "limits.addressSpaceBytes",
        [nameof(ToolRule.OpenFiles)] = "limits.openFiles",
        [nameof(ToolRule.MaxInputBytes)] = "limits.inputBytes",
        [nameof(ToolRule.MaxResultBytes)] = "limits.resultBytes",
        [nameof(ToolRule.MaxPrintedBytes)] = "limits.printedBytes",
        [nameof(ToolRule.MaxConcurrency)] = "limits.concurrency",
        [nameof(ToolRule.ReadablePaths)] = "readPaths",
        [nameof(ToolRule.WritablePaths)] = "writePaths",
    };

    /// <param name="folder">The tool's own, to which its paths are relative.</param>
    /// <exception cref="ToolDeclarationException">Something is not as it must be.</exception>
    public static ToolRule Parse(JsonElement settings, string folder)
    {
        if (settings.ValueKind != JsonValueKind.Object)
        {
            throw new ToolDeclarationException("The tool's settings must be an object.");
        }

        var rule = new ToolRule();
        foreach (var setting in settings.EnumerateObject())
        {
            Read(rule, setting);
        }

        foreach (var (name, problem) in rule.Problems())
        {
            throw new ToolDeclarationException($"{AuthorsNames.GetValueOrDefault(name, name)} {problem}.");
        }

        rule.ReadablePaths = Full(rule.ReadablePaths, folder);
        rule.WritablePaths = Full(rule.WritablePaths, folder);
        return rule;
    }

    private static void Read(ToolRule rule, JsonProperty setting)
    {
        switch (setting.Name)
        {
            case "isolation":
                rule.Isolation = IsolationOf(setting);
                break;
            case "timeoutMs":
                rule.Timeout = Milliseconds(setting, setting.Name);
                break;
            case "network":
                rule.Network = Boolean(setting, setting.Name);
                break;
            case "childProcesses":
                rule.ChildProcesses = Boolean(setting, setting.Name);
                break;
            case "readPaths":
                rule.ReadablePaths = Strings(setting);
                break;
            case "writePaths":
                rule.WritablePaths = Strings(setting);
                break;
            case "limits" when setting.Value.ValueKind == JsonValueKind.Object:
                foreach (var limit in setting.Value.EnumerateObject())
                {
                    ReadLimit(rule, limit, $"limits.{limit.Name}");
                }

                break;
            case "limits":
                throw new ToolDeclarationException("limits must be an object.");
        }
    }

    private static void ReadLimit(ToolRule rule, JsonProperty limit, string name)
    {
        switch (limit.Name)
        {
            case "cpuMs":
                rule.CpuTime = Milliseconds(limit, name);
                break;
            case "addressSpaceBytes":
                rule.AddressSpaceBytes = Whole(limit, name, long.MaxValue);
                break;
            case "openFiles":
                rule.OpenFiles = (int)Whole(limit, name, int.MaxValue);
                break;
            case "inputBytes":
                rule.MaxInputBytes = (int)Whole(limit, name, int.MaxValue);
                break;
            case "resultBytes":
                rule.MaxResultBytes = (int)Whole(limit, name, int.MaxValue);
                break;
            case "printedBytes":
                rule.MaxPrintedBytes = (int)Whole(limit, name, int.MaxValue);
                break;
            case "concurrency":
                rule.MaxConcurrency = (int)Whole(limit, name, int.MaxValue);
                break;
            default:
                throw new ToolDeclarationException($"{name} is no limit.");
        }
    }

    private static Isolation IsolationOf(JsonProperty setting) =>
        setting.Value.ValueKind == JsonValueKind.String
        && Array.Find(Enum.GetValues<Isolation>(), isolation => isolation.ToString() == setting.Value.GetString()) is var found
        && found.ToString() == setting.Value.GetString()
            ? found
            : throw new ToolDeclarationException($"{setting.Name} must be one of {string.Join(", ", Enum.GetNames<Isolation>())}.");

    private static TimeSpan Milliseconds(JsonProperty setting, string name) =>
        TimeSpan.FromMilliseconds(Whole(setting, name, int.MaxValue));

    private static long Whole(JsonProperty setting, string name, long most) =>
        setting.Value.ValueKind == JsonValueKind.Number && setting.Value.TryGetInt64(out var value)
            ? Math.Clamp(value, -1, most)
            : throw new ToolDeclarationException($"{name} must be a whole number.");

    public static bool Boolean(JsonProperty setting, string name) => setting.Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new ToolDeclarationException($"{name} must be true or false."),
    };

    private static string[] Strings(JsonProperty setting) =>
        setting.Value.ValueKind == JsonValueKind.Array
        && setting.Value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. setting.Value.EnumerateArray().Select(item => item.GetString()!)]
            : throw new ToolDeclarationException($"{setting.Name} must be a list of strings.");

    private static string[]? Full(IReadOnlyList<string>? paths, string folder) =>
        paths is null ? null : [.. paths.Select(path => Path.GetFullPath(path, folder))];
}

/// <summary>What a tool declares of itself is not valid; the message is for its author, and names the field.</summary>
internal sealed class ToolDeclarationException(string message) : Exception(message);
