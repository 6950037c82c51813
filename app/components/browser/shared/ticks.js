// Which round numbers an axis shows.

// Multiples of 1, 2 or 5 times a power of ten: at most so many within the range.
export function roundValues([low, high], most) {
  const least = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
  const values = [];
  for (let count = Math.ceil(low / step); count * step <= high; count += 1)
    values.push(count * step);
  return { values, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}
