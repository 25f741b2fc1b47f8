using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ToolRuntime.Contracts.V1;
using ToolRuntime.ServiceDefaults;

namespace ToolRuntime.Bench.Traffic;

/// <summary>The traffic as a service of its own, so that its calls are traced from where they begin.</summary>
internal static class TrafficHost
{
    public const string Argument = "traffic";

    public static async Task RunAsync(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.AddServiceDefaults();
        builder.Services.AddOptions<TrafficOptions>().BindConfiguration(TrafficOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => GrpcChannel.ForAddress(
            services.GetRequiredService<IOptions<TrafficOptions>>().Value.Gateway!,
            new GrpcChannelOptions { MaxReceiveMessageSize = null }));
        builder.Services.AddSingleton(services => new ToolService.ToolServiceClient(services.GetRequiredService<GrpcChannel>()));
        builder.Services.AddHostedService<TrafficGenerator>();
        await builder.Build().RunAsync();
    }
}
