using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ToolRuntime.ServiceDefaults;

namespace ToolRuntime.Tests.ServiceDefaults;

public sealed class HttpClientTests
{
    [Fact]
    public async Task Http_clients_find_services_by_name_and_try_again()
    {
        var requests = 0;
        var serverBuilder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        serverBuilder.WebHost.UseKestrelCore();
        serverBuilder.Services.AddRoutingCore();
        await using var server = serverBuilder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.MapGet("/", () => Interlocked.Increment(ref requests) == 1 ? Results.StatusCode(503) : Results.Ok());
        await server.StartAsync(TestContext.Current.CancellationToken);

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["services:server:http:0"] = server.Urls.Single() });
        builder.AddServiceDefaults();
        using var client = builder.Build();
        using var http = client.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        using var response = await http.GetAsync(new Uri("http://server/"), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, 2), (response.StatusCode, requests));
    }
}
