using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Client;

/// <summary>Adds the client to an application.</summary>
public static class ToolRuntimeClientExtensions
{
    /// <summary>Adds a <see cref="ToolRuntimeClient"/> by the section <c>ToolRuntimeClient</c> of the configuration.</summary>
    /// <param name="configure">Called after it.</param>
    public static IHostApplicationBuilder AddToolRuntimeClient(
        this IHostApplicationBuilder builder, Action<ToolRuntimeClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddToolRuntimeClient(configure);
        return builder;
    }

    /// <summary>Adds a <see cref="ToolRuntimeClient"/> by the section <c>ToolRuntimeClient</c> of the configuration, where there is one.</summary>
    /// <param name="configure">Called after it.</param>
    public static IServiceCollection AddToolRuntimeClient(
        this IServiceCollection services, Action<ToolRuntimeClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<ToolRuntimeClientOptions>()
            .Configure<IServiceProvider>((client, provider) =>
                provider.GetService<IConfiguration>()?.GetSection(ToolRuntimeClientOptions.Section).Bind(client))
            .Validate(client => client.MaxRetries >= 0, "MaxRetries is not negative.")
            .ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new GatewayChannel(
            provider.GetRequiredService<IOptions<ToolRuntimeClientOptions>>(),
            provider.GetService<IConfiguration>(),
            provider.GetService<ILoggerFactory>()));
        services.TryAddSingleton(provider => new ToolRuntimeClient(
            new ToolService.ToolServiceClient(provider.GetRequiredService<GatewayChannel>().Invoker),
            provider.GetRequiredService<IOptions<ToolRuntimeClientOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
