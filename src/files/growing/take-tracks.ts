/** Which tracks a finished take has, and which events belong to each. */

/** What has a track of its own in a file of format 1. */
export type TrackPer = 'device' | 'channel' | 'none';

/** In the masks below, what is no message of a channel: sysex, markers, escapes. */
export const NO_CHANNEL = 1 << 16;

export interface TrackPlan {
  /** Undefined: the track has no name. */
  readonly name: string | undefined;
  /** Index of the input; undefined: events of all. */
  readonly device: number | undefined;
  /** Which events of it: bit 0 is channel 1, NO_CHANNEL is what has none; undefined: all. */
  readonly channels: number | undefined;
}

/**
 * @param names - of the inputs
 * @param seen - for each input, a mask of what came from it
 */
export function planTracks(
  format: 0 | 1,
  per: TrackPer,
  names: readonly string[],
  seen: readonly number[],
): TrackPlan[] {
  if (format === 0 || per === 'none') {
    const isOne = names.length === 1;
    return [
      { name: isOne ? names[0] : undefined, device: isOne ? 0 : undefined, channels: undefined },
    ];
  }
  return names.flatMap((name, device) =>
    per === 'device'
      ? [{ name, device, channels: undefined }]
      : planChannels(name, device, seen[device] ?? 0),
  );
}

/** A track for what has no channel, if there is any or nothing else, and one for each channel that was played. */
function planChannels(name: string, device: number, seen: number): TrackPlan[] {
  const plans: TrackPlan[] = [];
  if ((seen & NO_CHANNEL) !== 0 || seen === 0) plans.push({ name, device, channels: NO_CHANNEL });
  for (let channel = 0; channel < 16; channel++) {
    const mask = 1 << channel;
    if ((seen & mask) !== 0) {
      plans.push({ name: `${name}, channel ${channel + 1}`, device, channels: mask });
    }
  }
  return plans;
}
