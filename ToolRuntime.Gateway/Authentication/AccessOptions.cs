using ToolRuntime.Gateway.Limits;

namespace ToolRuntime.Gateway.Authentication;

/// <summary>
/// The settings of the section <c>Authentication</c>: who may call. <c>Authentication:Schemes:Bearer</c>, where there is
/// one, is ASP.NET Core's own and says whose JWTs are taken.
/// </summary>
internal sealed class AccessOptions
{
    public const string Section = "Authentication";

    /// <summary>
    /// A file of settings in JSON, for the keys alone, that goes before the others and is read again when it changes.
    /// Empty: none.
    /// </summary>
    public string KeysFile { get; set; } = "";

    /// <summary>The API keys by their names, which logs and metrics show.</summary>
    public Dictionary<string, ApiKeySettings> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The claim of a JWT that says which tools its bearer may call: words such as <c>tools:text/*</c>, among which may be
    /// others.
    /// </summary>
    public string ScopeClaim { get; set; } = "scope";
}

/// <summary>One API key. It is random and 256 bits long, so a plain hash of it cannot be guessed back.</summary>
internal sealed class ApiKeySettings
{
    /// <summary>The key's SHA-256, in hexadecimal digits.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>
    /// Patterns of the tools that it may call, in which <c>*</c> stands for any characters: <c>text/*</c>, or <c>*</c>.
    /// None: no tool, though all else that any caller may see, as the metrics.
    /// </summary>
    public IReadOnlyList<string> Tools { get; set; } = [];

    /// <summary>Limits of its own; what they leave out is as for every caller.</summary>
    public CallLimits Limits { get; set; } = new();
}
