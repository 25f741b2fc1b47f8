using System.Text.Json;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Telemetry;
using ToolRuntime.Executor.Workers.Frames;

namespace ToolRuntime.Executor.Workers;

/// <summary>A Bun process that has loaded one tool, or is about to. It takes one call at a time.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "RetireAsync frees what a worker holds, once its process has ended.")]
internal sealed class Worker
{
    // A reply announces its size before it comes, so this bounds what a worker can make the executor hold.
    private const int FrameOverhead = 64 * 1024;

    // After a process has ended, its pipes are read empty; only a process that it left behind can hold them open longer.
    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(500);

    private readonly IChildProcess _process;
    private readonly ToolOutput? _output;
    private readonly TimeProvider _time;
    private readonly FrameReader _reader;
    private readonly CancellationTokenSource _drained;
    private readonly Task _pumps;
    private readonly Task _readingEnds;

    public Worker(IChildProcess process, ToolOutput? output, int maxResultBytes, TimeProvider time)
    {
        _process = process;
        _output = output;
        _time = time;
        _reader = new FrameReader(process.Responses, maxResultBytes + FrameOverhead);
        _drained = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _pumps = Task.WhenAll(
            PumpAsync(process.Output, LogLevel.Information, "stdout"),
            PumpAsync(process.Error, LogLevel.Warning, "stderr"));
        _readingEnds = StopReadingAfterExitAsync();
    }

    public Task<ProcessExit> Exited => _process.Exited;

    /// <summary>Waits until the tool is loaded.</summary>
    /// <returns>Null, or why it was not.</returns>
    public async Task<ToolFailed?> LoadAsync(CancellationToken cancellationToken) =>
        await ReceiveAsync(FrameKind.Ready, cancellationToken) as ToolFailed;

    /// <summary>Waits for what a worker started to describe its module tells.</summary>
    public Task<WorkerReply> DescribeAsync(CancellationToken cancellationToken) =>
        ReceiveAsync(FrameKind.Definition, cancellationToken);

    /// <summary>Runs one call in a loaded worker.</summary>
    public async Task<WorkerReply> CallAsync(WorkerRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await request.ToFrame().WriteToAsync(_process.Requests, cancellationToken);
        }
        catch (IOException exception)
        {
            var exit = await EndAsync();
            return new ToolFailed(
                ErrorKind.Stdin, FaultTypes.RequestNotWritten, $"The request could not be written: {exception.Message}", Process: exit);
        }

        return await ReceiveAsync(FrameKind.Result, cancellationToken);
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

    private async Task<WorkerReply> ReceiveAsync(FrameKind expected, CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _drained.Token);
        try
        {
            while (await _reader.ReadAsync(reading.Token) is { } frame)
            {
                if (frame.Kind == FrameKind.Log)
                {
                    Print(frame.Payload.Span);
                }
                else
                {
                    return Read(frame, expected);
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

    private static WorkerReply Read(Frame frame, FrameKind expected)
    {
        if (frame.Kind == FrameKind.Error)
        {
            var failure = JsonSerializer.Deserialize(frame.Payload.Span, WorkerMessages.Default.FailureMessage)
                ?? throw new InvalidDataException("An error without content arrived.");
            return new ToolFailed(failure.PointOfFailure, failure.Type, failure.Message, failure.Stack);
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

    private async Task<WorkerReply> EndedAsync(FrameKind expected)
    {
        if (!await HasExitedWithinAsync(DrainTime))
        {
            return Failed(
                ErrorKind.Stdout, FaultTypes.ResponseBrokenOff, "The tool closed the runtime's descriptor.", await EndAsync());
        }

        var exit = await _process.Exited;
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

    private void Print(ReadOnlySpan<byte> payload)
    {
        var message = JsonSerializer.Deserialize(payload, WorkerMessages.Default.LogMessage)
            ?? throw new InvalidDataException("A log record without content arrived.");
        _output?.Write(message.LogLevel, "console", message.Message);
    }

    private async Task PumpAsync(Stream stream, LogLevel level, string name)
    {
        try
        {
            await LinePump.RunAsync(stream, line => _output?.Write(level, name, line), _drained.Token);
        }
        catch (OperationCanceledException)
        {
            // The process has ended and something it left behind holds the pipe.
        }
        catch (IOException exception)
        {
            _output?.Break(exception);
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
