using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace ToolRuntime.Gateway.Authentication;

/// <summary>Refuses keys that cannot be told apart, could never be presented, or name no tools.</summary>
internal sealed partial class AccessValidation : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var failures = options.Keys.SelectMany(key => FailuresOf(key.Key, key.Value)).ToArray();
        return failures.Length > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> FailuresOf(string name, ApiKeySettings key)
    {
        var section = $"{AccessOptions.Section}:{nameof(AccessOptions.Keys)}:{name}";
        if (!Name().IsMatch(name) || Caller.Reserved.Contains(name))
        {
            yield return $"{section} is no name of a key: it has letters, digits, '_', '-' and '.', at most 64, and is none of {string.Join(", ", Caller.Reserved)}.";
        }

        if (!Digest().IsMatch(key.Sha256))
        {
            yield return $"{section}:{nameof(key.Sha256)} is not a SHA-256 in 64 hexadecimal digits.";
        }

        var problems = new List<ValidationResult>();
        Validator.TryValidateObject(key.Limits, new ValidationContext(key.Limits), problems, validateAllProperties: true);
        foreach (var problem in problems)
        {
            yield return $"{section}:{nameof(key.Limits)}: {problem.ErrorMessage}";
        }

        foreach (var pattern in key.Tools.Where(pattern => !ToolScope.IsPattern(pattern)))
        {
            yield return $"{section}:{nameof(key.Tools)} has '{pattern}', which is no pattern of tool ids.";
        }
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9_.-]{1,64}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[0-9a-fA-F]{64}\z")]
    private static partial Regex Digest();
}
