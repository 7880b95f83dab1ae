// Numbers that sum up measurements.

export function median(values) {
  return percentile(values, 50);
}

/** The smallest value that `percent` of the values do not exceed; the middle of two for the median. */
export function percentile(values, percent) {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  if (percent === 50 && sorted.length % 2 === 0) {
    return (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
  }
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
}

/** How many values lie in each bin: below the first limit, below the second …, and the rest. */
export function countInBins(values, limits) {
  const counts = new Array(limits.length + 1).fill(0);
  for (const value of values) {
    const bin = limits.findIndex((limit) => value < limit);
    counts[bin < 0 ? limits.length : bin]++;
  }
  return counts;
}

/** Three significant digits, thousands apart. */
export function formatNumber(value) {
  if (!Number.isFinite(value)) return '-';
  if (value !== 0 && Math.abs(value) < 100) return String(Number(value.toPrecision(3)));
  return Math.round(value).toLocaleString('en-US');
}

/** The median, with the extremes if there are several values. */
export function formatMedian(values) {
  const middle = formatNumber(median(values));
  if (values.length < 2) return middle;
  return `${middle} (${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))})`;
}

export function formatBytes(bytes) {
  return bytes >= 0x10_0000
    ? `${formatNumber(bytes / 0x10_0000)} MiB`
    : `${formatNumber(bytes / 1024)} KiB`;
}

/** The same keys, with what `change` makes of each value. */
export function mapValues(record, change) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
