using System.Runtime.InteropServices;

namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>The calls and constants of Linux's C library that starting and reaping need. glibc and musl agree on them.</summary>
internal static unsafe partial class Libc
{
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;
    public const int EINTR = 4;
    public const int ESRCH = 3;

    public const int P_PID = 1;
    public const int WEXITED = 4;
    public const int WNOWAIT = 0x01000000;

    public const int O_RDONLY = 0;
    public const int O_CLOEXEC = 0x80000;
    public const int F_DUPFD_CLOEXEC = 1030;
    public const int F_SETPIPE_SZ = 1031;

    public const int O_PATH = 0x200000;

    public const int RLIMIT_CPU = 0;
    public const int RLIMIT_CORE = 4;
    public const int RLIMIT_NOFILE = 7;
    public const int RLIMIT_AS = 9;

    public const int PR_SET_NO_NEW_PRIVS = 38;

    public const int SECCOMP_SET_MODE_FILTER = 1;
    public const int SECCOMP_FILTER_FLAG_NEW_LISTENER = 1 << 3;
    public const uint SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1;
    public const nuint SECCOMP_IOCTL_NOTIF_RECV = 0xC0502100;
    public const nuint SECCOMP_IOCTL_NOTIF_SEND = 0xC0182101;

    public const int AF_UNIX = 1;
    public const int SOCK_SEQPACKET = 5;
    public const int SOCK_CLOEXEC = O_CLOEXEC;
    public const int SOL_SOCKET = 1;
    public const int SCM_RIGHTS = 1;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int EFD_CLOEXEC = O_CLOEXEC;

    public const int LINUX_CAPABILITY_VERSION_3 = 0x20080522;
    public const int CAP_DAC_OVERRIDE = 1;

    public const short POLLIN = 1;
    public const short POLLOUT = 4;
    public const short POLLERR = 8;
    public const nuint FIONREAD = 0x541B;

    // Linux 6.11 and 6.15.
    public const nuint NS_GET_TGID_FROM_PIDNS = 0x8004B707;
    public const nuint PIDFD_GET_INFO = 0xC040FF0B;
    public const ulong PIDFD_INFO_EXIT = 1 << 3;

    // The same numbers on every architecture, as all calls since Linux 5.1 have.
    public const int SYS_pidfd_send_signal = 424;
    public const int SYS_pidfd_open = 434;
    public const int SYS_landlock_create_ruleset = 444;
    public const int SYS_landlock_add_rule = 445;
    public const int SYS_landlock_restrict_self = 446;

    public const int LANDLOCK_CREATE_RULESET_VERSION = 1;
    public const int LANDLOCK_RULE_PATH_BENEATH = 1;
    public const ulong LANDLOCK_ACCESS_NET_BIND_TCP = 1;
    public const ulong LANDLOCK_ACCESS_NET_CONNECT_TCP = 2;
    public const ulong LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET = 1;
    public const ulong LANDLOCK_SCOPE_SIGNAL = 2;

    public const short POSIX_SPAWN_SETPGROUP = 0x02;
    public const short POSIX_SPAWN_SETSIGDEF = 0x04;
    public const short POSIX_SPAWN_SETSIGMASK = 0x08;

    // Larger than any libc's posix_spawn_file_actions_t, posix_spawnattr_t, sigset_t, siginfo_t and struct rusage.
    public const int OpaqueSize = 512;

    private static int _bound;

    /// <summary>Finds all the calls in the library now, instead of each when it is first used.</summary>
    public static void EnsureBound()
    {
        if (Interlocked.Exchange(ref _bound, 1) == 0)
        {
            Marshal.PrelinkAll(typeof(Libc));
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int pipe2(int* descriptors, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socketpair(int domain, int type, int protocol, int* sockets);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(int socket, nint* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(int socket, void* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc")]
    public static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prlimit(int pid, int resource, ulong* newLimit, ulong* oldLimit);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int descriptor, nuint request, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int clock_gettime(int clock, long* time);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int capget(int* header, uint* sets);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int capset(int* header, uint* sets);

    [LibraryImport("libc", SetLastError = true)]
    public static partial long syscall(nint number, nint argument1, nint argument2, nint argument3, nint argument4);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitid(int idType, int id, void* info, int options);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int wait4(int pid, int* status, int options, void* usage);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn(
        int* pid, string path, void* fileActions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(void* actions, int source, int target);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn_file_actions_addopen(void* actions, int target, string path, int flags, uint mode);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn_file_actions_addchdir_np(void* actions, string path);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setpgroup(void* attributes, int group);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigmask(void* attributes, void* signals);

    [LibraryImport("libc")]
    public static partial int sigfillset(void* signals);

    [LibraryImport("libc")]
    public static partial int sigemptyset(void* signals);

    public static string Describe(int error) => $"{Marshal.GetPInvokeErrorMessage(error)} (errno {error})";
}
