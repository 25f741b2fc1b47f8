using System.Reflection;

namespace Aspire.Hosting.Dcp;

/// <summary>Where the build put DCP and the dashboard, and where what they write may go.</summary>
internal sealed record AspireBundle(string Root)
{
    private const string RootKey = "AspireBundleRoot";

    public string Dcp => Path.Combine(Root, "aspire", "bundle", "dcp", "dcp");

    public string Dashboard => Path.Combine(Root, "aspire", "bundle", "managed", "aspire-managed");

    /// <summary>DCP and the dashboard keep state in a home; this is theirs, so that the user's stays as it was.</summary>
    public string Home => Path.Combine(Root, "home");

    public string Sessions => Path.Combine(Root, "sessions");

    public static AspireBundle Locate()
    {
        var root = typeof(AspireBundle).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(metadata => metadata.Key == RootKey).Value!;
        var bundle = new AspireBundle(root);
        return File.Exists(bundle.Dcp)
            ? bundle
            : throw new DistributedApplicationException(
                $"{bundle.Dcp} is missing. Build the AppHost's project again: it unpacks DCP and the dashboard from npm.");
    }
}
