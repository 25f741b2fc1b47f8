using Microsoft.Extensions.Options;

namespace ToolRuntime.Executor.Processes.Sandbox;

/// <summary>Makes a sandbox that is asked for and not to be had an error of the start.</summary>
internal sealed class SandboxSettingValidation : IValidateOptions<ExecutorOptions>
{
    public ValidateOptionsResult Validate(string? name, ExecutorOptions options)
    {
        try
        {
            SandboxInForce.Choose(options.Sandbox);
            return ValidateOptionsResult.Success;
        }
        catch (SandboxUnavailableException exception)
        {
            return ValidateOptionsResult.Fail(
                $"{ExecutorOptions.Section}:{nameof(ExecutorOptions.Sandbox)}: {exception.Message}");
        }
    }
}
