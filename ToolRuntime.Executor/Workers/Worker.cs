using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Streaming;
using ToolRuntime.Executor.Telemetry;
using ToolRuntime.Executor.Workers.Frames;

namespace ToolRuntime.Executor.Workers;

/// <summary>A Bun process that waits for a tool to load, and then takes one call of it at a time.</summary>
[SuppressMessage("Design", "CA1001", Justification = "RetireAsync frees what a worker holds, once its process has ended.")]
internal sealed class Worker
{
    // Beside the result itself a frame has little; this bounds what a worker can make the executor hold.
    private const int FrameOverhead = 64 * 1024;

    // After a process has ended, its pipes are read empty; only a process that it left behind can hold them open longer.
    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(500);

    // How it is found out that nothing printed waits: what has just left a pipe is on its way for a moment.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);
    private const int Looks = 2;

    private readonly IChildProcess _process;
    private readonly ProcessBounds _bounds;
    private readonly TimeProvider _time;
    private readonly FrameReader _reader;
    private readonly PrintedLines _printed = new();
    private readonly LinePump _output;
    private readonly LinePump _error;
    private readonly LastWords _lastWords;
    private readonly CancellationTokenSource _drained;
    private readonly Task _pumps;
    private readonly Task _readingEnds;

    public Worker(IChildProcess process, ProcessBounds bounds, int maxResultBytes, TimeProvider time)
    {
        _bounds = bounds;
        _process = process;
        _time = time;
        _reader = new FrameReader(process.Responses, maxResultBytes + FrameOverhead, () => process.Widen(process.Responses));
        _drained = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _lastWords = new LastWords(() => ProcessMemory.AddressSpaceOf(process.Id));
        _output = new LinePump(process.Output, line => _printed.Add(LogLevel.Information, "stdout", line), _printed.RoomAsync);
        _error = new LinePump(
            process.Error,
            line =>
            {
                _lastWords.Hear(line);
                _printed.Add(LogLevel.Warning, "stderr", line);
            },
            _printed.RoomAsync);
        _pumps = Task.WhenAll(RunAsync(_output), RunAsync(_error));
        _readingEnds = StopReadingAfterExitAsync();
        StartedAt = time.GetTimestamp();
    }

    public int ProcessId => _process.Id;

    public Task<ProcessExit> Exited => _process.Exited;

    /// <summary>When it was started, as <see cref="TimeProvider.GetTimestamp"/> counts.</summary>
    public long StartedAt { get; }

    /// <summary>How many calls it has answered.</summary>
    public int Calls { get; private set; }

    /// <summary>Loads a tool, the first and only one of this worker.</summary>
    /// <returns>Null, or why it was not loaded.</returns>
    public async Task<ToolFailed?> LoadAsync(WorkerTool tool, CancellationToken cancellationToken)
    {
        var frame = new FrameWriter(FrameKind.Load);
        frame.WriteJson(new LoadMessage(tool.Module.BundlePath, tool.Module.IsEntrypoint, tool.Key), WorkerMessages.Default.LoadMessage);
        try
        {
            await frame.WriteToAsync(_process.Requests, cancellationToken);
        }
        catch (IOException)
        {
            // It has ended; how, the reader finds out.
        }

        return await ReceiveAsync(FrameKind.Ready, null, cancellationToken) as ToolFailed;
    }

    /// <summary>Waits for what a worker started to describe its module tells.</summary>
    public Task<WorkerReply> DescribeAsync(CancellationToken cancellationToken) =>
        ReceiveAsync(FrameKind.Definition, null, cancellationToken);

    /// <summary>Runs one call in a worker that has loaded its tool.</summary>
    public async Task<WorkerReply> CallAsync(WorkerRequest request, CallObserver observer, CancellationToken cancellationToken)
    {
        Calls++;
        _printed.Attach(observer.Output);
        try
        {
            var frame = request.ToFrame();
            if (frame.IsLarge)
            {
                _process.Widen(_process.Requests);
            }

            await frame.WriteToAsync(_process.Requests, cancellationToken);
            var reply = await ReceiveAsync(FrameKind.Result, observer, cancellationToken);
            if (observer.Events is { } events)
            {
                await ReadPrintedAsync(events, cancellationToken);
            }

            return reply;
        }
        catch (IOException exception)
        {
            var exit = await EndAsync();
            return new ToolFailed(
                ErrorKind.Stdin, FaultTypes.RequestNotWritten, $"The request could not be written: {exception.Message}", Process: exit);
        }
    }

    /// <summary>
    /// Sees the process to its end and frees what it held: closes its requests, upon which an idle worker exits by itself,
    /// then asks, then kills.
    /// </summary>
    /// <param name="grace">How long each step may take.</param>
    /// <param name="atOnce">Whether to begin with asking: the worker is not idle.</param>
    public async Task RetireAsync(TimeSpan grace, bool atOnce)
    {
        if (!atOnce)
        {
            await _process.Requests.DisposeAsync();
            atOnce = !await HasExitedWithinAsync(grace);
        }

        if (atOnce)
        {
            _process.Terminate();
            if (!await HasExitedWithinAsync(grace))
            {
                _process.Kill();
            }
        }

        await Task.WhenAll(_pumps, _readingEnds);
        _process.Dispose();
        _drained.Dispose();
    }

    public void Kill() => _process.Kill();

    private async Task<WorkerReply> ReceiveAsync(FrameKind expected, CallObserver? observer, CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _drained.Token);
        try
        {
            while (await _reader.ReadAsync(reading.Token) is { } frame)
            {
                if (!Observe(frame, observer))
                {
                    return Read(frame, expected);
                }

                if (observer is not null)
                {
                    await observer.RoomAsync(cancellationToken);
                }
            }

            return await EndedAsync(expected);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await EndedAsync(expected);
        }
        catch (EndOfStreamException exception)
        {
            return Failed(ErrorKind.Stdout, FaultTypes.ResponseBrokenOff, exception.Message, await EndAsync());
        }
        catch (FrameTooLargeException exception)
        {
            _process.Kill();
            return Failed(ErrorKind.Stdout, FaultTypes.OutputLimitExceeded, exception.Message);
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException)
        {
            _process.Kill();
            return Failed(ErrorKind.Parse, FaultTypes.ProtocolViolation, exception.Message);
        }
    }

    // What the tool wrote to its stdout and stderr comes by ways of their own: who follows the call gets it before the end.
    private async Task ReadPrintedAsync(EventBuffer events, CancellationToken cancellationToken)
    {
        var since = _time.GetTimestamp();
        var looks = 0;
        while (looks < Looks && _time.GetElapsedTime(since) < DrainTime && !cancellationToken.IsCancellationRequested)
        {
            looks = HasReadAll(_output) && HasReadAll(_error) ? looks + 1 : 0;
            since = events.IsFull ? _time.GetTimestamp() : since;
            await Task.Delay(Look, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _output.EndLine();
        _error.EndLine();
    }

    private bool HasReadAll(LinePump pump) => pump.IsWaiting && !_process.IsUnread(pump.Stream);

    /// <returns>Whether the frame was one of those that come before the answer.</returns>
    private bool Observe(Frame frame, CallObserver? observer)
    {
        var payload = frame.Payload.Span;
        switch (frame.Kind)
        {
            case FrameKind.Log:
                var printed = Parse(payload, WorkerMessages.Default.LogMessage);
                _printed.Add(printed.LogLevel, "console", printed.Message);
                return true;
            case FrameKind.Progress:
                var progress = Parse(payload, WorkerMessages.Default.ProgressMessage);
                observer?.Progress(progress.Fraction, progress.Message);
                return true;
            case FrameKind.SpanStart:
                var start = Parse(payload, WorkerMessages.Default.SpanStartMessage);
                observer?.Spans.Start(start.Id, start.Parent, start.Name, start.At);
                return true;
            case FrameKind.SpanEnd:
                var end = Parse(payload, WorkerMessages.Default.SpanEndMessage);
                observer?.Spans.End(end.Id, end.Error, end.At);
                return true;
            default:
                return false;
        }
    }

    private WorkerReply Read(Frame frame, FrameKind expected)
    {
        if (frame.Kind == FrameKind.Error)
        {
            var failure = Parse(frame.Payload.Span, WorkerMessages.Default.FailureMessage);
            return _bounds.Refusing(failure.Refused) is { } bound
                ? new ToolFailed(failure.PointOfFailure, bound.Type, $"{bound.Message}: {failure.Message}", failure.Stack)
                : new ToolFailed(failure.PointOfFailure, failure.Type, failure.Message, failure.Stack);
        }

        if (frame.Kind == FrameKind.InvalidInput && expected == FrameKind.Result)
        {
            var violations = Parse(frame.Payload.Span, WorkerMessages.Default.InvalidInputMessage).Violations;
            return violations.Count > 0 ? new InputRefused(violations) : throw new InvalidDataException("An input was refused without a reason.");
        }

        if (frame.Kind != expected)
        {
            throw new InvalidDataException($"A frame of the kind {frame.Kind} arrived where {expected} was due.");
        }

        // What goes on from here as JSON is JSON, whatever the tool has written to the runtime's descriptor.
        if (frame.Kind == FrameKind.Result)
        {
            JsonText.Check(frame.Payload.Span);
        }

        return new ToolReturned(frame.Payload);
    }

    private static T Parse<T>(ReadOnlySpan<byte> payload, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(payload, type) ?? throw new InvalidDataException($"A {typeof(T).Name} without content arrived.");

    private async Task<WorkerReply> EndedAsync(FrameKind expected)
    {
        if (!await HasExitedWithinAsync(DrainTime))
        {
            return Failed(
                ErrorKind.Stdout, FaultTypes.ResponseBrokenOff, "The tool closed the runtime's descriptor.", await EndAsync());
        }

        var exit = await _process.Exited;
        await _pumps;
        if (_bounds.Ending(exit, _lastWords) is { } bound)
        {
            return Failed(expected == FrameKind.Result ? ErrorKind.Wait : ErrorKind.Start, bound.Type, $"{bound.Message}.", exit);
        }

        return expected == FrameKind.Result
            ? Failed(ErrorKind.Wait, FaultTypes.ProcessExited, $"The process ended before it answered: {exit}.", exit)
            : Failed(ErrorKind.Start, FaultTypes.ToolNotLoaded, $"The process ended before the tool was loaded: {exit}.", exit);
    }

    private static ToolFailed Failed(ErrorKind kind, string type, string message, ProcessExit? exit = null) =>
        new(kind, type, message, Process: exit);

    // A process whose pipes are of no more use: it has ended already, or is ended now.
    private async Task<ProcessExit?> EndAsync()
    {
        if (await HasExitedWithinAsync(DrainTime))
        {
            return await _process.Exited;
        }

        _process.Kill();
        return null;
    }

    private async Task RunAsync(LinePump pump)
    {
        try
        {
            await pump.RunAsync(_drained.Token);
        }
        catch (OperationCanceledException)
        {
            // The process has ended and something it left behind holds the pipe.
        }
        catch (IOException exception)
        {
            _printed.Break(exception);
        }
    }

    private async Task StopReadingAfterExitAsync()
    {
        await _process.Exited;
        _drained.CancelAfter(DrainTime);
    }

    private async Task<bool> HasExitedWithinAsync(TimeSpan time)
    {
        await Task.WhenAny(_process.Exited, Task.Delay(time, _time));
        return _process.Exited.IsCompleted;
    }
}
