using System.Runtime.InteropServices;

namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>A classic BPF program: each test looks at what was loaded last, and either returns or goes on.</summary>
internal sealed class FilterProgram
{
    private const ushort LoadWord = 0x20;
    private const ushort JumpEqual = 0x15;
    private const ushort JumpAtLeast = 0x35;
    private const ushort JumpAnyBit = 0x45;
    private const ushort Answer = 0x06;

    private readonly List<Instruction> _instructions = [];

    public FilterProgram Load(uint offset) => Add(LoadWord, 0, 0, offset);

    public FilterProgram Return(uint answer) => Add(Answer, 0, 0, answer);

    public FilterProgram IfEqual(uint value, uint answer) => Add(JumpEqual, 0, 1, value).Return(answer);

    public FilterProgram UnlessEqual(uint value, uint answer) => Add(JumpEqual, 1, 0, value).Return(answer);

    public FilterProgram IfAtLeast(uint value, uint answer) => Add(JumpAtLeast, 0, 1, value).Return(answer);

    public FilterProgram IfAnyBit(uint bits, uint answer) => Add(JumpAnyBit, 0, 1, bits).Return(answer);

    /// <summary>Adds what is looked at only where the loaded word equals <paramref name="value"/>; it must end in an answer.</summary>
    public void Within(uint value, Action<FilterProgram> add)
    {
        var inner = new FilterProgram();
        add(inner);
        Add(JumpEqual, 0, (byte)inner._instructions.Count, value);
        _instructions.AddRange(inner._instructions);
    }

    public byte[] ToArray() => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_instructions)).ToArray();

    private FilterProgram Add(ushort code, byte ifTrue, byte ifFalse, uint value)
    {
        _instructions.Add(new Instruction(code, ifTrue, ifFalse, value));
        return this;
    }

    /// <summary>A struct sock_filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);
}
