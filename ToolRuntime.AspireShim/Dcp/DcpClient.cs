using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Aspire.Hosting.Dcp;

/// <summary>DCP's API: Kubernetes' manners, over TLS and HTTP/2.</summary>
internal sealed class DcpClient : IDisposable
{
    public const string ApiVersion = "usvc-dev.developer.microsoft.com/v1";
    public const string Services = "services";

    private const string MergePatch = "application/merge-patch+json";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http;

    public DcpClient(DcpKubeconfig kubeconfig)
    {
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { kubeconfig.Authority },
        };
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            SslOptions = { CertificateChainPolicy = trust },
        };
        _http = new HttpClient(handler)
        {
            BaseAddress = kubeconfig.Server,
            DefaultRequestVersion = HttpVersion.Version20,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", kubeconfig.Token) },
        };
    }

    /// <summary>Returns the object as DCP has taken it in.</summary>
    public async Task<T> CreateAsync<T>(string collection, object item, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(PathOf(collection), item, Json, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken))!;
    }

    /// <summary>Null when there is no such object.</summary>
    public async Task<T?> GetAsync<T>(string collection, string name, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await _http.GetAsync(PathOf(collection, name), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        await EnsureSuccessAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken);
    }

    public Task PatchAsync(string collection, string name, object patch, CancellationToken cancellationToken) =>
        PatchAsync(PathOf(collection, name), patch, cancellationToken);

    public async Task DeleteAsync(string collection, string name, CancellationToken cancellationToken)
    {
        using var response = await _http.DeleteAsync(PathOf(collection, name), cancellationToken);
        if (response.StatusCode != HttpStatusCode.NotFound)
        {
            await EnsureSuccessAsync(response, cancellationToken);
        }
    }

    /// <summary>What exists, as added, and then every change, until the connection ends.</summary>
    public async IAsyncEnumerable<DcpChange<T>> WatchAsync<T>(
        string collection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in ReadLinesAsync($"{PathOf(collection)}?watch=true", cancellationToken))
        {
            if (line.Length > 0)
            {
                yield return JsonSerializer.Deserialize<DcpChange<T>>(line, Json)!;
            }
        }
    }

    /// <summary>The lines that a process writes, or DCP about it (<c>system</c>), until it ends.</summary>
    public IAsyncEnumerable<string> ReadLogAsync(string collection, string name, string source, CancellationToken cancellationToken) =>
        ReadLinesAsync($"{PathOf(collection, name)}/log?follow=true&timestamps=true&source={source}", cancellationToken);

    /// <summary>Ends every process and then DCP itself.</summary>
    public Task ShutDownAsync(CancellationToken cancellationToken) =>
        PatchAsync("/admin/execution", new { status = "Stopping", shutdownResourceCleanup = "Full" }, cancellationToken);

    /// <summary>Whether the API still answers.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("/admin/execution", UriKind.Relative), cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private static string PathOf(string collection, string? name = null) =>
        name is null ? $"/apis/{ApiVersion}/{collection}" : $"/apis/{ApiVersion}/{collection}/{name}";

    private static async Task EnsureSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        throw new DistributedApplicationException(
            $"DCP answered {(int)response.StatusCode} to {response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath}: {body}");
    }

    private async Task PatchAsync(string path, object patch, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(patch, new MediaTypeHeaderValue(MergePatch), Json);
        using var response = await _http.PatchAsync(path, content, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    private async IAsyncEnumerable<string> ReadLinesAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version20 };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return line;
        }
    }
}
