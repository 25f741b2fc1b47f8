using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Orchestration;

/// <summary>A command that is a call to one of the resource's endpoints.</summary>
internal sealed class HttpCommand(string path, Func<EndpointReference> endpointSelector, HttpCommandOptions options)
{
    public const string ClientName = "Aspire.Hosting.HttpCommands";

    public async Task<ExecuteCommandResult> ExecuteAsync(ExecuteCommandContext context)
    {
        var endpoint = endpointSelector();
        if (!endpoint.IsAllocated)
        {
            return CommandResults.Failure($"Endpoint '{endpoint.EndpointName}' has no address yet.");
        }

        using var client = context.Services.GetRequiredService<IHttpClientFactory>().CreateClient(options.HttpClientName ?? ClientName);
        using var request = new HttpRequestMessage(options.Method ?? HttpMethod.Post, new Uri(new Uri(endpoint.Url), path));
        if (options.PrepareRequest is { } prepare)
        {
            await prepare(new HttpCommandRequestContext
            {
                Services = context.Services,
                ResourceName = context.ResourceName,
                Endpoint = endpoint,
                CancellationToken = context.CancellationToken,
                HttpClient = client,
                Request = request,
            });
        }

        using var response = await client.SendAsync(request, context.CancellationToken);
        if (options.GetCommandResult is { } getResult)
        {
            return await getResult(new HttpCommandResultContext
            {
                Services = context.Services,
                ResourceName = context.ResourceName,
                Endpoint = endpoint,
                CancellationToken = context.CancellationToken,
                HttpClient = client,
                Response = response,
            });
        }

        return response.IsSuccessStatusCode
            ? CommandResults.Success()
            : CommandResults.Failure($"{request.RequestUri} answered {(int)response.StatusCode}.");
    }
}
