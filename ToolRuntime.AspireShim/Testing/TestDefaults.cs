using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>What a test wants unless it says otherwise: no dashboard, and no fixed ports.</summary>
internal static class TestDefaults
{
    public static void Apply(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.DisableDashboard = true;
        settings.EnvironmentName ??= Environments.Development;
        settings.Configuration ??= new ConfigurationManager();
        settings.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DcpPublisher:RandomizePorts"] = "true",
            ["ASPNETCORE_URLS"] = "http://localhost:0",
        });
    }
}
