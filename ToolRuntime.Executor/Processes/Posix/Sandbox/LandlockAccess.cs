namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>Landlock's rights on files, as the kernel numbers them.</summary>
[Flags]
internal enum LandlockAccess : ulong
{
    None = 0,
    Execute = 1 << 0,
    WriteFile = 1 << 1,
    ReadFile = 1 << 2,
    ReadFolder = 1 << 3,
    RemoveFolder = 1 << 4,
    RemoveFile = 1 << 5,
    MakeCharacterDevice = 1 << 6,
    MakeFolder = 1 << 7,
    MakeFile = 1 << 8,
    MakeSocket = 1 << 9,
    MakeFifo = 1 << 10,
    MakeBlockDevice = 1 << 11,
    MakeSymbolicLink = 1 << 12,
    Refer = 1 << 13,
    Truncate = 1 << 14,
    DeviceIoctl = 1 << 15,

    Read = ReadFile | ReadFolder,

    /// <summary>No device nodes: one of those would be the disk itself to a root that makes it.</summary>
    Write = Read | WriteFile | Truncate | RemoveFolder | RemoveFile | MakeFolder | MakeFile | MakeSocket | MakeFifo
        | MakeSymbolicLink | Refer,

    /// <summary>The rights that a file can have; the others are a folder's.</summary>
    OnFiles = Execute | WriteFile | ReadFile | Truncate | DeviceIoctl,
}
