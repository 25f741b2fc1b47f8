using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ToolRuntime.Client;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Client;

/// <summary>Where the client finds its gateway.</summary>
public sealed class GatewayAddressTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_configuration_names_the_address_and_the_key()
    {
        await using var gateway = await StubGateway.StartAsync(null);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
        [
            new("ToolRuntimeClient:Address", gateway.Address.ToString()),
            new("ToolRuntimeClient:ApiKey", "tr_configured"),
        ]);
        builder.AddToolRuntimeClient();
        using var host = builder.Build();

        await host.Services.GetRequiredService<ToolRuntimeClient>().ExecuteAsync<int, int>("a", 0, cancellationToken: Cancellation);

        Assert.Equal("Bearer tr_configured", gateway.Authorization);
    }

    [Fact]
    public async Task Calls_are_spread_over_all_endpoints_of_service_discovery()
    {
        await using var one = await StubGateway.StartAsync(null);
        await using var other = await StubGateway.StartAsync(null);
        await using var services = Services(
            ("services:tools:grpc:0", one.Address.ToString()), ("services:tools:grpc:1", other.Address.ToString()));
        var client = services.GetRequiredService<ToolRuntimeClient>();

        await Eventually.True(
            async () =>
            {
                await client.ExecuteAsync<int, int>("a", 0, cancellationToken: Cancellation);
                return one.Calls > 0 && other.Calls > 0;
            },
            "a call at each");
    }

    [Fact]
    public async Task The_gateway_may_send_a_whole_result_ahead()
    {
        await using var gateway = await StubGateway.StartAsync(null);
        await using var relay = new WindowRelay(gateway.Address);
        await using var services = Services(("services:tools:grpc:0", relay.Address.ToString()));

        await services.GetRequiredService<ToolRuntimeClient>().ExecuteAsync<int, int>("a", 0, cancellationToken: Cancellation);

        Assert.Equal([16 * 1024 * 1024], relay.Windows);
    }

    [Fact]
    public void Without_an_address_the_client_says_how_to_give_one()
    {
        using var services = Services();

        var exception = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<ToolRuntimeClient>());

        Assert.Contains("ToolRuntimeClient:Address", exception.Message, StringComparison.Ordinal);
        Assert.Contains("services:tools:grpc:0", exception.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(params (string Name, string Value)[] configuration) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(configuration.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build())
        .AddToolRuntimeClient(options => options.ServiceName = "tools")
        .BuildServiceProvider();
}
