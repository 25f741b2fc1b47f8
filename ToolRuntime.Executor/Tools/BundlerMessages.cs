using System.Text.Json;
using System.Text.Json.Serialization;

namespace ToolRuntime.Executor.Tools;

/// <summary>What <c>worker/bundle.ts</c> is to do.</summary>
/// <param name="Output">A folder that does not exist yet.</param>
internal sealed record BundleJob(string Source, string Output, bool Bytecode);

/// <summary>What it answers.</summary>
/// <param name="Stable">Whether the inputs' hashes are certainly those of what was bundled.</param>
internal sealed record BundleResult(IReadOnlyList<string> Errors, bool Bytecode, bool Stable, IReadOnlyList<BundleInput> Inputs);

/// <summary>What the cache remembers of a module: the bundle that these inputs gave.</summary>
/// <param name="Bundle">The bundle's name in the cache.</param>
internal sealed record BundleRecord(string Bundle, bool Bytecode, IReadOnlyList<BundleInput> Inputs);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BundleJob[]))]
[JsonSerializable(typeof(BundleResult[]))]
[JsonSerializable(typeof(BundleRecord))]
internal sealed partial class BundlerMessages : JsonSerializerContext;
