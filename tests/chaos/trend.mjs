// Whether samples stay flat: the slope of the line of least squares, with its standard error.

// Of [x, y] samples, at least three: { mean, slope, error }, both in y per x.
export function lineOf(samples) {
  const count = samples.length;
  const meanX = samples.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = samples.reduce((sum, [, y]) => sum + y, 0) / count;
  const spread = samples.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = samples.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const residual = samples.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { mean: meanY, slope, error: Math.sqrt(residual / (count - 2) / spread) };
}

// The means of the samples in that many consecutive parts of equal size.
export function meansOf(samples, parts) {
  return Array.from({ length: parts }, (_, part) => {
    const some = samples.slice((part * samples.length) / parts, ((part + 1) * samples.length) / parts);
    return some.reduce((sum, [, y]) => sum + y, 0) / some.length;
  });
}

const negligible = 0.02; // of the mean, for each unit of x

// A slope within two standard errors of zero, or one that is too small to matter.
export function isFlat({ mean, slope, error }) {
  return slope - 2 * error <= 0 || slope <= negligible * mean;
}
