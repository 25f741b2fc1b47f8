using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Grpc.Core;
using Microsoft.Extensions.Options;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Client;

/// <summary>
/// Calls tools through a gateway. A call that has certainly not started is tried again as <see cref="ToolRuntimeClientOptions"/> says; one
/// that may have run never is.
/// </summary>
/// <remarks>
/// Every call throws <see cref="ToolCallException"/> where it does not reach its tool or its answer is lost, and
/// <see cref="OperationCanceledException"/> where its token is cancelled, which ends the tool.
/// </remarks>
public sealed class ToolRuntimeClient
{
    private const string Reflection = "The types are found by reflection; the overload with JsonTypeInfo is for trimmed and native applications.";

    private readonly ToolService.ToolServiceClient _tools;
    private readonly ToolRuntimeClientOptions _options;
    private readonly TimeProvider _time;

    /// <param name="tools">Connected to a gateway.</param>
    public ToolRuntimeClient(ToolService.ToolServiceClient tools, IOptions<ToolRuntimeClientOptions> options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        (_tools, _options, _time) = (tools, options.Value, time);
    }

    /// <summary>The tools that the caller may call, ordered by id. One that could not be loaded is among them, and says why.</summary>
    /// <exception cref="ToolCallException"/>
    public async Task<IReadOnlyList<Tool>> ListToolsAsync(CancellationToken cancellationToken = default) =>
        (await RetryAsync(
            () => _tools.ListToolsAsync(new ListToolsRequest(), cancellationToken: cancellationToken), "", "", cancellationToken).ConfigureAwait(false)).Tools;

    /// <summary>Calls a tool, with input and result as JSON in the manner of the web (camelCase).</summary>
    /// <returns>What the tool returned; null for JSON's null.</returns>
    /// <exception cref="ToolExecutionException">The tool failed.</exception>
    /// <exception cref="ToolCallException">The call did not reach the tool, or its answer was lost.</exception>
    /// <exception cref="JsonException">The result is no <typeparamref name="TOut"/>.</exception>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public Task<TOut?> ExecuteAsync<TIn, TOut>(
        string toolId, TIn input, ToolCallOptions? options = null, CancellationToken cancellationToken = default) =>
        ExecuteAsync(toolId, input, TypeOf<TIn>(), TypeOf<TOut>(), options, cancellationToken);

    /// <inheritdoc cref="ExecuteAsync{TIn, TOut}(string, TIn, ToolCallOptions?, CancellationToken)"/>
    public async Task<TOut?> ExecuteAsync<TIn, TOut>(
        string toolId,
        TIn input,
        JsonTypeInfo<TIn> inputType,
        JsonTypeInfo<TOut> resultType,
        ToolCallOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var request = ToolRequest.Of(toolId, input, inputType, options);
        var response = await RetryAsync(
            () => _tools.ExecuteToolAsync(request, cancellationToken: cancellationToken), toolId, request.ExecutionId, cancellationToken).ConfigureAwait(false);
        return response.ReadResult(resultType);
    }

    /// <summary>
    /// Calls a tool, and tells what happens while it runs: <c>queued</c>, <c>started</c>, <c>log</c>, <c>progress</c>, and <c>result</c> last, whatever
    /// the outcome; <see cref="ToolResponseExtensions.ReadResult{T}(ExecuteToolResponse)"/> reads it. Leaving the loop early ends the tool.
    /// </summary>
    /// <exception cref="ToolCallException">The call did not reach the tool, or its answer was lost.</exception>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public IAsyncEnumerable<ExecutionEvent> StreamAsync<TIn>(
        string toolId, TIn input, ToolCallOptions? options = null, CancellationToken cancellationToken = default) =>
        StreamAsync(toolId, input, TypeOf<TIn>(), options, cancellationToken);

    /// <inheritdoc cref="StreamAsync{TIn}(string, TIn, ToolCallOptions?, CancellationToken)"/>
    public async IAsyncEnumerable<ExecutionEvent> StreamAsync<TIn>(
        string toolId,
        TIn input,
        JsonTypeInfo<TIn> inputType,
        ToolCallOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = ToolRequest.Of(toolId, input, inputType, options);
        var retries = new CallRetries(_options);
        TimeSpan? wait;
        do
        {
            using var call = _tools.ExecuteToolStream(request, cancellationToken: cancellationToken);
            while (true)
            {
                bool more;
                try
                {
                    more = await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false);
                    wait = null;
                }
                catch (RpcException exception)
                {
                    more = false;
                    wait = retries.Next(exception) ?? throw FailureOf(exception, toolId, request.ExecutionId, cancellationToken);
                }

                if (!more)
                {
                    break;
                }

                yield return call.ResponseStream.Current;
            }

            if (wait is { } delay)
            {
                await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
            }
        }
        while (wait is not null);
    }

    /// <summary>Ends an execution as if its caller had gone away, whoever began it, and waits for its end.</summary>
    /// <returns>Whether one of that id ran.</returns>
    /// <exception cref="ToolCallException"/>
    public async Task<bool> CancelAsync(string executionId, CancellationToken cancellationToken = default)
    {
        try
        {
            await _tools.CancelExecutionAsync(
                new CancelExecutionRequest { ExecutionId = executionId }, cancellationToken: cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            return false;
        }
        catch (RpcException exception)
        {
            throw FailureOf(exception, "", executionId, cancellationToken);
        }
    }

    private async Task<TResponse> RetryAsync<TResponse>(
        Func<AsyncUnaryCall<TResponse>> call, string toolId, string executionId, CancellationToken cancellationToken)
    {
        var retries = new CallRetries(_options);
        while (true)
        {
            TimeSpan delay;
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (RpcException exception)
            {
                delay = retries.Next(exception) ?? throw FailureOf(exception, toolId, executionId, cancellationToken);
            }

            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Exception FailureOf(RpcException exception, string toolId, string executionId, CancellationToken cancellationToken) =>
        exception.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested
            ? new OperationCanceledException(exception.Status.Detail, exception, cancellationToken)
            : new ToolCallException(exception, toolId, executionId);

    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)JsonSerializerOptions.Web.GetTypeInfo(typeof(T));
}
