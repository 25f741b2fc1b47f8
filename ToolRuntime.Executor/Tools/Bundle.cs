namespace ToolRuntime.Executor.Tools;

/// <summary>What bundling a module came to.</summary>
/// <param name="Path">The bundle's file; empty where there is none.</param>
/// <param name="Errors">What is wrong with the module; empty where the bundle is good.</param>
/// <param name="HasBytecode">Whether Bun finds compiled bytecode beside the file.</param>
/// <param name="Inputs">What the outcome depends on, with the stamps from before they were looked at.</param>
internal sealed record Bundle(
    string Path, string Errors, bool HasBytecode, IReadOnlyList<StampedInput> Inputs);

/// <param name="Stamp">The file's at a time when it had that content, or <see cref="FileStamp.Unknown"/>.</param>
internal sealed record StampedInput(string Path, FileStamp Stamp);
