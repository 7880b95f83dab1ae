/** Who plays in a picture: each channel of each input or track is a voice, told from the others by a number and a name. */

const CHANNELS = 16;

/** One number for a channel, 1 to 16, of an input or track, 0 to …; it is never 0. */
export function voiceOf(device: number, channel: number): number {
  return device * CHANNELS + channel;
}

export function deviceOf(voice: number): number {
  return Math.floor((voice - 1) / CHANNELS);
}

export function channelOf(voice: number): number {
  return ((voice - 1) % CHANNELS) + 1;
}

/**
 * By voice the number from 1 on that its colour and its sign go by: that of its channel, or, where a voice before it has that
 * one, the next that is no channel of any.
 */
export function numberVoices(voices: readonly number[]): ReadonlyMap<number, number> {
  const channels = new Set(voices.map(channelOf));
  const unclaimed = new Set(channels);
  let last = 0;
  const nextFree = (): number => (channels.has(++last) ? nextFree() : last);
  return new Map(
    voices.map((voice) => [
      voice,
      unclaimed.delete(channelOf(voice)) ? channelOf(voice) : nextFree(),
    ]),
  );
}

/**
 * By voice what its input or track is called; nothing where there is one only.
 *
 * @param names - of all inputs or tracks, by number; those of one name get numbers, those without one too
 */
export function nameVoices(
  voices: readonly number[],
  names: readonly string[],
): ReadonlyMap<number, string> {
  if (names.length < 2) return new Map();
  const devices = [...new Set(voices.map(deviceOf))];
  const nameOf = (device: number) => {
    const name = names[device] ?? '';
    const namesakes = devices.filter((other) => (names[other] ?? '') === name);
    if (namesakes.length === 1) return name;
    return name === '' ? `track ${device + 1}` : `${name} (${namesakes.indexOf(device) + 1})`;
  };
  const named = new Map(devices.map((device) => [device, nameOf(device)]));
  return new Map(voices.map((voice) => [voice, named.get(deviceOf(voice))!]));
}
