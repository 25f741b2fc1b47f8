using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ToolRuntime.ServiceDefaults;

/// <summary>What the services' gRPC endpoints take.</summary>
public static class Http2LimitsExtensions
{
    private const int StreamWindow = 4 * 1024 * 1024;
    private const int ConnectionWindow = 16 * 1024 * 1024;

    /// <summary>Lets messages of megabytes come without waiting for leave to go on, in bytes per stream and connection.</summary>
    public static void TakeLargeMessages(this Http2Limits limits)
    {
        limits.InitialStreamWindowSize = StreamWindow;
        limits.InitialConnectionWindowSize = ConnectionWindow;
    }
}
