using Aspire.Hosting.Dashboard.Protocol;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ToolRuntime.Tests.AspireShim;

/// <summary>One application with the real dashboard, and a client that asks what the dashboard asks.</summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    private IDistributedApplicationTestingBuilder? _builder;
    private GrpcChannel? _channel;

    public DistributedApplication App { get; private set; } = null!;

    internal DashboardService.DashboardServiceClient Client { get; private set; } = null!;

    internal Metadata Key { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        _builder = DistributedApplicationTestingBuilder.Create([], (options, _) => options.DisableDashboard = false);
        var web = _builder.AddHealthyServer("web")
            .WithEnvironment("GREETING", "hello")
            .WithOtlpExporter()
            .WithUrlForEndpoint("http", url =>
            {
                url.DisplayText = "The front";
                url.Url = "/front";
            })
            .WithUrl("https://example.org/docs", "Documentation")
            .WithHttpCommand("/echo", "Say it", commandName: "say", commandOptions: new HttpCommandOptions
            {
                Description = "Says what it is told",
                IsHighlighted = true,
                PrepareRequest = context =>
                {
                    context.Request.Content = new StringContent("it");
                    return Task.CompletedTask;
                },
                GetCommandResult = async context => new ExecuteCommandResult
                {
                    Success = true,
                    Message = $"said {await context.Response.Content.ReadAsStringAsync(context.CancellationToken)}",
                },
            })
            .WithCommand("break", "Break", _ => throw new InvalidOperationException("it broke"));
        _builder.AddHealthyServer("child").WithReference(web.GetEndpoint("http")).WaitFor(web).WithParentRelationship(web);

        App = await _builder.BuildAsync(cancellationToken);
        await App.StartAsync(cancellationToken);
        await App.ResourceNotifications.WaitForResourceHealthyAsync("child", cancellationToken);

        var address = new Uri(_builder.Configuration["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"]!);
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{address.Port}");
        Client = new DashboardService.DashboardServiceClient(_channel);
        Key = new Metadata { { "x-resource-service-api-key", Setting("AppHost:ResourceService:ApiKey") } };
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_builder is not null)
        {
            await _builder.DisposeAsync();
        }
    }

    internal string Setting(string key) => App.Services.GetRequiredService<IConfiguration>()[key]!;
}
