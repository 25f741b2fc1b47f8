using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor;

/// <summary>What one executor has recorded in one of its meters, read off the instruments themselves.</summary>
internal sealed class RecordedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly List<(string Series, double Value)> _measurements = [];
    private readonly List<Instrument> _instruments = [];

    public RecordedMetrics(IServiceProvider services, string meter)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                _instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public IReadOnlyList<Instrument> Instruments => _instruments;

    /// <summary>Every series with its sum, but for those at zero; a histogram's is its count. By name, labels in the specification's order.</summary>
    public IReadOnlyDictionary<string, double> Series
    {
        get
        {
            lock (_lock)
            {
                return _measurements
                    .GroupBy(measurement => measurement.Series)
                    .Select(series => KeyValuePair.Create(series.Key, series.Sum(measurement => IsHistogram(series.Key) ? 1 : measurement.Value)))
                    .Where(series => series.Value != 0)
                    .ToDictionary();
            }
        }
    }

    /// <summary>All values recorded in a series.</summary>
    public IReadOnlyList<double> Values(string series)
    {
        lock (_lock)
        {
            return [.. _measurements.Where(measurement => measurement.Series == series).Select(measurement => measurement.Value)];
        }
    }

    /// <summary>Waits until exactly these series are there, each given as <c>name{labels} value</c>.</summary>
    public async Task Are(params string[] expected)
    {
        var wanted = expected.Order(StringComparer.Ordinal).ToArray();
        try
        {
            await Eventually.True(() => Current().SequenceEqual(wanted), "the expected measurements", TimeSpan.FromSeconds(10));
        }
        catch (Xunit.Sdk.FailException)
        {
            Assert.Equal(wanted, Current());
        }
    }

    public void Dispose() => _listener.Dispose();

    private string[] Current() =>
        [.. Series.Select(series => string.Create(CultureInfo.InvariantCulture, $"{series.Key} {series.Value}")).Order(StringComparer.Ordinal)];

    private static bool IsHistogram(string series) => !series.Contains("_total", StringComparison.Ordinal);

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = string.Join(",", tags.ToArray().Select(tag => string.Create(CultureInfo.InvariantCulture, $"{tag.Key}={tag.Value}")));
        lock (_lock)
        {
            _measurements.Add(($"{instrument.Name}{{{labels}}}", value));
        }
    }
}
