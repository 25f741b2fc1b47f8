using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace ToolRuntime.AppHost.Ports;

/// <summary>Which port is whose: fixed ones that can be overridden, and free ones for the rest and for tests.</summary>
internal static class PortSettings
{
    private const int DashboardPort = 15080;

    /// <summary>The port of <c>Ports:{name}</c>, or the usual one; in tests any free one.</summary>
    public static int GetPort(this IDistributedApplicationBuilder builder, string name, int usual) =>
        builder.Configuration.GetValue<int?>($"Ports:{name}")
        ?? (builder.HasRandomPorts() ? builder.FindFreePort() : usual);

    /// <summary>
    /// A port that nobody listens on and no endpoint of the application was given. It comes from below the range of
    /// outgoing connections, so that none of those takes it before the service does.
    /// </summary>
    public static int FindFreePort(this IDistributedApplicationBuilder builder, params int[] except)
    {
        var given = builder.Resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>())
            .Select(endpoint => endpoint.Port).OfType<int>().Concat(except).ToHashSet();
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, 32_000);
            if (!given.Contains(port) && IsFree(port))
            {
                return port;
            }
        }

        throw new DistributedApplicationException("No free port was found between 20000 and 32000.");
    }

    /// <summary>
    /// The dashboard's address comes from the launch profile; this is for a start without one, and for
    /// <c>Ports:Dashboard</c>.
    /// </summary>
    public static IDistributedApplicationBuilder WithDashboardAddress(this IDistributedApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        if (configuration.GetValue<int?>("Ports:Dashboard") is { } port)
        {
            configuration["ASPNETCORE_URLS"] = Url(port);
        }

        if (builder.HasRandomPorts())
        {
            return builder;
        }

        configuration["ASPNETCORE_URLS"] ??= Url(DashboardPort);
        configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] ??= Url(builder.FindFreePort());
        configuration["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] ??= "true";
        return builder;
    }

    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Where the dashboard is, for links to it; empty where there is none.</summary>
    public static string DashboardAddress(this IDistributedApplicationBuilder builder) =>
        builder.Configuration["ASPNETCORE_URLS"]?.Split(';')[0] is { } url && !url.EndsWith(":0", StringComparison.Ordinal) ? url : "";

    /// <summary>What the testing builder says, so that tests can run side by side.</summary>
    private static bool HasRandomPorts(this IDistributedApplicationBuilder builder) =>
        builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts");

    private static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}");
}
