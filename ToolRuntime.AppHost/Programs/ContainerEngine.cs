using System.ComponentModel;
using System.Diagnostics;

namespace ToolRuntime.AppHost.Programs;

/// <summary>Whether this machine can run containers.</summary>
internal static class ContainerEngine
{
    /// <summary>The setting that says so without asking: <c>true</c> or <c>false</c>.</summary>
    private const string Setting = "ContainerEngine";

    private static readonly string[] Clients = ["docker", "podman"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Asked once for all who want to know. A client without an engine behind it does not count.</summary>
    public static bool HasContainerEngine(this IDistributedApplicationBuilder builder)
    {
        builder.Configuration[Setting] ??= Clients.Any(client => builder.FindProgram(client) is { } program && Answers(program)).ToString();
        return bool.Parse(builder.Configuration[Setting]!);
    }

    private static bool Answers(string program)
    {
        try
        {
            using var info = Process.Start(new ProcessStartInfo(program, ["info"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            info.OutputDataReceived += Discard;
            info.ErrorDataReceived += Discard;
            info.BeginOutputReadLine();
            info.BeginErrorReadLine();
            if (info.WaitForExit(Patience))
            {
                return info.ExitCode == 0;
            }

            info.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            // A file of that name that is no program.
            return false;
        }
    }

    private static void Discard(object sender, DataReceivedEventArgs line)
    {
        // A full pipe would hold the client up.
    }
}
