/** `10:33:20 UTC`; with the date when it is another day than `now`. */
export function clockTime(at: number, now: number): string {
  const iso = new Date(at).toISOString();
  const today = new Date(now).toISOString().slice(0, 10);
  const time = `${iso.slice(11, 19)} UTC`;
  return iso.startsWith(today) ? time : `${iso.slice(0, 10)} ${time}`;
}

/** `2026-02-27T10:30:00Z`. */
export function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

const UNITS: Array<[string, number]> = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** The largest fitting unit in whole numbers: `2 hours`, `45 seconds`. Negative durations read as 0 seconds. */
export function duration(ms: number): string {
  for (const [unit, size] of UNITS) {
    // As people say it: 60 or 90 seconds, 24 hours; but not 60 minutes.
    if (ms >= size * 2 || (unit === 'hour' && ms === size)) {
      const count = Math.floor(ms / size);
      return `${count} ${unit}${count === 1 ? '' : 's'}`;
    }
  }
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${seconds} second${seconds === 1 ? '' : 's'}`;
}

/** `99.8 %`, never rounded up across a threshold. */
export function percent(share: number): string {
  return `${(Math.floor(share * 1000 + 1e-9) / 10).toFixed(1)} %`;
}
