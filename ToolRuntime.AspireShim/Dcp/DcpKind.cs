namespace Aspire.Hosting.Dcp;

/// <summary>What DCP can run, and the collection of its API that it is in.</summary>
internal sealed record DcpKind(string Name, string Collection)
{
    public static readonly DcpKind Executable = new("Executable", "executables");
    public static readonly DcpKind Container = new("Container", "containers");
}
