namespace ToolRuntime.Executor.Processes.Sandbox;

/// <summary>What a process needs of the system's own files, whatever its rules say. Not all exist on every system.</summary>
internal static class SystemPaths
{
    /// <summary>Libraries, which addons of packages load as well, and time zones. None of it can be run.</summary>
    public static IReadOnlyList<string> Readable { get; } =
    [
        "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache",
        "/etc/localtime", "/usr/share/zoneinfo",
    ];

    /// <summary>What programs start with: the kernel opens it to run any of them, so it is executable where a program is.</summary>
    public static IReadOnlyList<string> Loaders { get; } =
    [
        .. new[] { "/lib64", "/lib" }
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "ld-*.so.*")),
    ];

    /// <summary>How much memory and how many processors there are.</summary>
    public static IReadOnlyList<string> Machine { get; } = ["/sys/kernel/mm/transparent_hugepage", "/sys/devices/system/cpu"];

    /// <summary>Bun does not start without its own entry in it.</summary>
    public const string Processes = "/proc";

    public static IReadOnlyList<string> Devices { get; } = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

    /// <summary>What names and certificates are looked up in.</summary>
    public static IReadOnlyList<string> Network { get; } =
    [
        "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services",
        "/etc/protocols", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/pki/tls/certs", "/etc/pki/ca-trust",
        "/usr/share/ca-certificates", "/usr/local/share/ca-certificates",
    ];

    /// <summary>Other programs and what belongs to them.</summary>
    public static IReadOnlyList<string> Programs { get; } = ["/bin", "/sbin", "/usr", "/lib", "/lib64", "/etc/alternatives"];
}
