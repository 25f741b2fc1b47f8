using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dcp;

/// <summary>A DCP of this application's own, from its start to its end.</summary>
internal sealed partial class DcpSession : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    // DCP kills a process that ignores its end after 6 s, and is gone itself 2 s later.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(9);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    // The AppHost's own, which would change how DCP runs.
    private static readonly string[] WithheldVariables =
        ["ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE", "XDG_CACHE_HOME"];

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _stopped;

    private DcpSession(string folder, DcpClient client, TimeProvider time, ILogger logger)
    {
        Folder = folder;
        _time = time;
        _logger = logger;
        Client = client;
    }

    public DcpClient Client { get; }

    public string Folder { get; }

    public static async Task<DcpSession> StartAsync(
        AspireBundle bundle, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var folder = DcpSessionFolder.Create(bundle, time);
        var kubeconfigPath = Path.Combine(folder, "kubeconfig");
        await LaunchAsync(bundle, folder, kubeconfigPath, logger);

        // From here on DCP runs. A start that is given up has to end it, and can only once it answers.
        using var deadline = new CancellationTokenSource(StartTimeout, time);
        var started = time.GetTimestamp();
        DcpSession? session = null;
        try
        {
            session = new DcpSession(folder, new DcpClient(await ReadKubeconfigAsync(kubeconfigPath, time, deadline.Token)), time, logger);
            while (!await session.Client.AnswersAsync(deadline.Token))
            {
                await Task.Delay(PollInterval, time, deadline.Token);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (Exception exception)
        {
            if (session is not null)
            {
                await session.DisposeAsync();
            }

            if (deadline.IsCancellationRequested)
            {
                throw new DistributedApplicationException($"DCP ({bundle.Dcp}) did not answer within {StartTimeout.TotalSeconds} s.", exception);
            }

            throw;
        }

        Log.Started(logger, time.GetElapsedTime(started).TotalMilliseconds);
        return session;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
        {
            return;
        }

        using var deadline = new CancellationTokenSource(StopTimeout, _time);
        try
        {
            await Client.ShutDownAsync(deadline.Token);
            while (await Client.AnswersAsync(deadline.Token))
            {
                await Task.Delay(PollInterval, _time, deadline.Token);
            }

            DcpSessionFolder.Remove(Folder);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException or DistributedApplicationException)
        {
            // DCP watches this process, and ends everything a few seconds after it.
            Log.StopFailed(_logger, exception.Message);
        }

        Client.Dispose();
    }

    private static async Task<DcpKubeconfig> ReadKubeconfigAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        DcpKubeconfig? kubeconfig;
        while (!DcpKubeconfig.TryRead(path, out kubeconfig))
        {
            await Task.Delay(PollInterval, time, cancellationToken);
        }

        return kubeconfig;
    }

    private static async Task LaunchAsync(AspireBundle bundle, string folder, string kubeconfigPath, ILogger logger)
    {
        var start = new ProcessStartInfo(bundle.Dcp)
        {
            ArgumentList =
            {
                "start-apiserver",
                "--monitor", Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
                "--detach",
                "--kubeconfig", kubeconfigPath,
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var name in WithheldVariables)
        {
            start.Environment.Remove(name);
        }

        start.Environment["DCP_SESSION_FOLDER"] = folder;
        start.Environment["HOME"] = bundle.Home;
        start.Environment["TMPDIR"] = folder;

        using var launcher = Process.Start(start)
            ?? throw new DistributedApplicationException($"{bundle.Dcp} could not be started.");
        launcher.StandardInput.Close();
        await launcher.WaitForExitAsync(CancellationToken.None);
        if (launcher.ExitCode != 0)
        {
            var said = await launcher.StandardError.ReadToEndAsync(CancellationToken.None);
            throw new DistributedApplicationException($"{bundle.Dcp} ended with exit code {launcher.ExitCode}: {said}");
        }

        Log.Launched(logger, launcher.Id);
    }

    private static partial class Log
    {
        [LoggerMessage(4, LogLevel.Debug, "DCP was launched by process {Pid}.")]
        public static partial void Launched(ILogger logger, int pid);

        [LoggerMessage(5, LogLevel.Debug, "DCP answers after {Milliseconds} ms.")]
        public static partial void Started(ILogger logger, double milliseconds);

        [LoggerMessage(6, LogLevel.Warning, "DCP did not confirm that it ended ({Reason}); it ends by itself soon after this process.")]
        public static partial void StopFailed(ILogger logger, string reason);
    }
}
