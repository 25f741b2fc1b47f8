using System.Diagnostics;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using ToolRuntime.Contracts.Executor.V1;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Executors;
using ToolRuntime.Gateway.Executors.Balancing;

namespace ToolRuntime.Gateway.Execution;

/// <summary>
/// The one way of a call to an executor, whichever door it came in by. A call goes to the executor that has least to do;
/// where that one certainly has not started it, to another; never to a second one where it may have.
/// </summary>
internal sealed class ToolCaller : BackgroundService
{
    // Within which an executor that is ready is connected for calls too.
    private static readonly TimeSpan Reconnection = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly GrpcChannel _calls;
    private readonly GrpcChannel _streams;
    private readonly ExecutorService.ExecutorServiceClient _caller;
    private readonly ExecutorService.ExecutorServiceClient _follower;
    private readonly CallGate _gate;
    private readonly ExecutorDirectory _directory;
    private readonly ExecutorLoads _loads;
    private readonly CallRoutes _routes;
    private readonly RunningCalls _running;
    private readonly TimeProvider _time;

    public ToolCaller(
        ExecutorChannels channels,
        CallGate gate,
        ExecutorDirectory directory,
        ExecutorLoads loads,
        CallRoutes routes,
        RunningCalls running,
        TimeProvider time)
    {
        _calls = channels.ForCalls();
        _streams = channels.ForStreams();
        _caller = new ExecutorService.ExecutorServiceClient(_calls);
        _follower = new ExecutorService.ExecutorServiceClient(_streams);
        _gate = gate;
        _directory = directory;
        _loads = loads;
        _routes = routes;
        _running = running;
        _time = time;
    }

    /// <summary>Runs a call on an executor.</summary>
    /// <param name="deadline">The caller's own; <see cref="DateTime.MaxValue"/> where it has none.</param>
    /// <exception cref="RpcException">The call did not reach a tool, or its caller may not make it.</exception>
    public async Task<ExecuteToolResponse> ExecuteAsync(
        ExecuteToolRequest request, DateTime deadline, CancellationToken callerGone)
    {
        using var call = Begin(request, deadline, callerGone);
        _routes.Current = call.Route;
        while (true)
        {
            try
            {
                var response = await _caller.ExecuteAsync(request, cancellationToken: call.Token);
                Activity.Current?.SetTag(CallSpanNames.ToolTag, response.ToolId);
                return response;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
            {
                await TryElsewhereAsync(call, exception);
            }
        }
    }

    /// <summary>
    /// Runs a call on an executor, and tells what happens while it does. While the reader does not ask for the next event,
    /// little is held for it here and on the way, and the tool waits in the end. A reader who stops before the last event
    /// ends the call.
    /// </summary>
    /// <param name="deadline">The caller's own; <see cref="DateTime.MaxValue"/> where it has none.</param>
    /// <returns>The events in order; <c>queued</c> comes again where the call was tried elsewhere, before it had started.</returns>
    /// <exception cref="RpcException">The call did not reach a tool, its caller may not make it, or it was cancelled.</exception>
    public async IAsyncEnumerable<ExecutionEvent> StreamAsync(
        ExecuteToolRequest request, DateTime deadline, [EnumeratorCancellation] CancellationToken callerGone)
    {
        if (request.ExecutionId.Length == 0)
        {
            // The first event tells it, and it can be cancelled by it.
            request.ExecutionId = Guid.CreateVersion7().ToString();
        }

        using var call = Begin(request, deadline, callerGone);
        Next next;
        do
        {
            _routes.Current = call.Route;
            using var events = _follower.ExecuteStream(request, cancellationToken: call.Token);
            while ((next = await NextAsync(events, call)) == Next.Event)
            {
                Activity.Current?.SetTag(CallSpanNames.ToolTag, request.ToolId);
                yield return events.ResponseStream.Current;
            }
        }
        while (next == Next.Elsewhere);
    }

    /// <summary>
    /// Ends the execution of that id as if its caller had gone away, wherever it came in by. Its id is free again when this
    /// ends.
    /// </summary>
    /// <exception cref="RpcException">NOT_FOUND: none runs, or it is another caller's.</exception>
    public async Task CancelAsync(string executionId, CancellationToken cancellationToken)
    {
        if (_running.Find(executionId) is { } call)
        {
            if (!_gate.MayCancel(call.Caller))
            {
                throw NoneRuns();
            }

            // The executor may not have it yet.
            if (call.Route.Executor is not { } executor
                || !await _directory.CancelAsync(executor.Address, executionId, cancellationToken))
            {
                call.Cancel();
            }

            // What is left of it here is its answer, which its caller may take at leisure.
            _running.Remove(executionId, call);
        }
        else if (!_gate.MayCancelAny() || !await _directory.CancelAnywhereAsync(executionId, cancellationToken))
        {
            throw NoneRuns();
        }
    }

    public override void Dispose()
    {
        _calls.Dispose();
        _streams.Dispose();
        base.Dispose();
    }

    /// <summary>Connects before the first call asks for it.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_calls.ConnectAsync(stoppingToken), _streams.ConnectAsync(stoppingToken));

    private RunningCall Begin(ExecuteToolRequest request, DateTime deadline, CancellationToken callerGone)
    {
        var call = new RunningCall(request, _gate.Admit(request), deadline, _time, End, callerGone);
        try
        {
            // One without an id that its caller knows cannot be asked for.
            if (request.ExecutionId.Length > 0)
            {
                _running.Add(request.ExecutionId, call);
            }

            return call;
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    private void End(RunningCall call)
    {
        _loads.End(call.Route);
        if (call.Request.ExecutionId.Length > 0)
        {
            _running.Remove(call.Request.ExecutionId, call);
        }
    }

    /// <summary>Gets a call that no executor has started ready to be tried at another.</summary>
    /// <exception cref="RpcException">It is not to be tried again.</exception>
    private async Task TryElsewhereAsync(RunningCall call, RpcException exception)
    {
        if (call.Route.Executor is { } executor)
        {
            if (!NotStarted.IsCertainBy(exception))
            {
                throw exception.Status.DebugException is null ? exception : Unavailable("The executor was lost during the call, which it may have run.");
            }

            _loads.End(call.Route);
            call.Route.TurnedAwayBy(executor.Address);
        }
        else if (_time.GetElapsedTime(call.Arrival) < Reconnection && _directory.HasReadyBeside(call.Route))
        {
            // The connection for calls comes back a little later than the one that tells of the executor.
            await Task.Delay(Pause, _time, call.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else
        {
            throw Unavailable("No executor takes calls now.");
        }

        call.CountFromArrival();
    }

    private static RpcException NoneRuns() => new(new Status(StatusCode.NotFound, "No execution of that id runs."));

    private static RpcException Unavailable(string message) => new(new Status(StatusCode.Unavailable, message));

    private async Task<Next> NextAsync(AsyncServerStreamingCall<ExecutionEvent> events, RunningCall call)
    {
        try
        {
            return await events.ResponseStream.MoveNext(CancellationToken.None) ? Next.Event : Next.End;
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
        {
            await TryElsewhereAsync(call, exception);
            return Next.Elsewhere;
        }
    }

    private enum Next
    {
        Event,
        End,
        Elsewhere,
    }
}
