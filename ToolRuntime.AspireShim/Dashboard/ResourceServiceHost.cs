using System.Net;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.Orchestration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Dashboard;

/// <summary>Serves the dashboard's questions on the loopback address, to whoever has the key.</summary>
internal sealed class ResourceServiceHost(ApplicationServices application, IConfiguration configuration, DistributedApplicationOptions options)
    : IAsyncDisposable
{
    private const string KeyHeader = "x-resource-service-api-key";

    private WebApplication? _app;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.DisableDashboard)
        {
            return;
        }

        var port = DashboardSettings.PortOf(configuration, DashboardSettings.ResourceServiceUrl);
        if (!Ports.IsFree(port))
        {
            throw new DistributedApplicationException(
                $"The dashboard's resource service wants port {port} ({DashboardSettings.ResourceServiceUrl}), which is already in use.");
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(application);
        builder.Services.AddSingleton(new DashboardApplication(NameOf(options)));

        _app = builder.Build();
        var key = Encoding.UTF8.GetBytes(configuration[DashboardSettings.ResourceServiceApiKey]!);
        _app.Use((context, next) => IsAllowed(context.Request, key) ? next(context) : RefuseAsync(context));
        _app.UseRouting();
        _app.MapGrpcService<DashboardResourceService>();
        await _app.StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is null)
        {
            return;
        }

        await _app.DisposeAsync();
        _app = null;
    }

    private static string NameOf(DistributedApplicationOptions options) =>
        options.DashboardApplicationName ?? (options.AssemblyName ?? "AppHost").Replace(".AppHost", "", StringComparison.OrdinalIgnoreCase);

    private static bool IsAllowed(HttpRequest request, byte[] key) =>
        request.Headers[KeyHeader] is [{ } given] && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), key);

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}

internal sealed record DashboardApplication(string Name);
