using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using ToolRuntime.Gateway.Authentication;
using ToolRuntime.Gateway.Rest;
using ToolRuntime.Gateway.Telemetry;

namespace ToolRuntime.Gateway.Limits;

/// <summary>
/// A request's body, which is refused while it is read where it is longer than its caller's may be, or than there is room
/// for. What was read counts until the request is answered, since that is how long it is held.
/// </summary>
internal sealed class MeteredBody(HttpContext context, Caller? caller, RequestMemory memory, GatewayMetrics metrics)
    : PipeReader, IRequestBodyPipeFeature
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly PipeReader _body = context.Request.BodyReader;
    private readonly long _most = caller?.Limits.RequestBytes ?? long.MaxValue;
    private ReadOnlySequence<byte> _buffer;
    private long _consumed;
    private long _held;

    PipeReader IRequestBodyPipeFeature.Reader => this;

    public override bool TryRead(out ReadResult result)
    {
        if (!_body.TryRead(out result))
        {
            return false;
        }

        Count(result);
        return true;
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await _body.ReadAsync(cancellationToken);
        Count(result);
        return result;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _consumed += _buffer.Slice(0, consumed).Length;
        _buffer = default;
        _body.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => _body.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _body.Complete(exception);

    /// <summary>The request is answered.</summary>
    public void Release()
    {
        memory.Release(_held);
        _held = 0;
    }

    private void Count(ReadResult result)
    {
        _buffer = result.Buffer;
        var read = _consumed + _buffer.Length;
        if (read > _most)
        {
            throw Refused(TooLong());
        }

        if (read > _held)
        {
            if (!memory.TryHold(read - _held))
            {
                throw Refused(NoRoom());
            }

            _held = read;
        }
    }

    // Lets Kestrel read on and throw away, so that the caller gets as far as reading the answer.
    private Exception Refused(Exception exception)
    {
        AdvanceTo(_buffer.End);
        return exception;
    }

    private Exception TooLong()
    {
        metrics.RecordRefusal(caller!.Label, RefusalReason.Size);
        var message = FormattableString.Invariant($"The request is longer than the {_most} bytes that '{caller.Name}' may send.");
        return Refusal.IsGrpc(context.Request)
            ? new RpcException(new(StatusCode.InvalidArgument, message))
            : new BadHttpRequestException(message, StatusCodes.Status413PayloadTooLarge);
    }

    private RpcException NoRoom()
    {
        metrics.RecordRefusal(caller?.Label ?? Caller.UnknownLabel, RefusalReason.Memory);
        return Exhausted.Until(RetryDelay, "The gateway holds as much of requests as it may.");
    }
}
