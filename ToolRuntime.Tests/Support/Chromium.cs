using Microsoft.Playwright;

namespace ToolRuntime.Tests.Support;

/// <summary>The system's Chromium, driven by Playwright.</summary>
internal static class Chromium
{
    private const string Executable = "/usr/bin/chromium";

    public const string HowToInstall = $"There is no {Executable}: install Debian's package chromium.";

    public static bool IsInstalled => File.Exists(Executable);

    // Without these Chromium calls home at every start, which takes its time where there is no way out.
    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
}
