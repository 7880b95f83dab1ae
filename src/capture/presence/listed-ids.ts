/** Which id in the list of devices an input has now: ids shift when other devices come and go, and names are not unique. */
import { MidirecError } from '../../midi/errors.js';
import { printable } from '../../midi/printable.js';

/** What is known about an input by its name in the list. */
export interface ListedInput {
  /** As the driver gives it; undefined if it does not tell, and then the list says nothing about it. */
  readonly listedName: string | undefined;
  /** The id that it had when the list last told. */
  deviceId: number;
}

/** An input as it was chosen from the list of devices, or opened. */
export interface DeviceChoice {
  /** Where it was in the list then. */
  readonly deviceId: number;
  /** As listInputs gives it; it is looked for by this right before it is opened, for ids shift. */
  readonly name: string;
}

/**
 * Where a device is now that was chosen from the list a while ago: another one may have come or gone
 * since, and opening a device takes some drivers seconds.
 *
 * @param names - of all devices now, as their drivers give them
 * @param device - one of `chosen`
 * @param chosen - all that were chosen from that list
 * @param open - those of them that are open here already, with the ids that they were opened with
 * @throws MidirecError NO_DEVICE if another one is in its place, and it is nowhere else
 */
export function currentId(
  names: readonly (string | undefined)[],
  device: DeviceChoice,
  chosen: readonly DeviceChoice[],
  open: readonly DeviceChoice[],
): number {
  const { deviceId, name } = device;
  const listed = names.map((listedName) => listedName && printable(listedName));
  const found = listed[deviceId];
  const likes = chosen.filter((other) => other.name === name);
  if (found === name && likes.length === 1) return deviceId;
  const ids = idsOf(name, listed);
  if (ids.length === likes.length) {
    // All of its name were chosen, and nobody changes places.
    likes.sort((a, b) => a.deviceId - b.deviceId);
    return ids[likes.indexOf(device)]!;
  }
  const rivals = open.filter((other) => other.name === name);
  if (found === name && !rivals.some((rival) => rival.deviceId === deviceId)) return deviceId;
  const id = freeId(ids, rivals, 0);
  if (id !== undefined) return id;
  // A driver that does not tell may open nevertheless, or say why not.
  if (found === undefined) return deviceId;
  throw new MidirecError('NO_DEVICE', `${name} went away before it was opened`, {
    hint: 'check the cable and the power, then look at midirec list',
  });
}

/** The ids of all devices of a name. */
export function idsOf(name: string | undefined, listed: (string | undefined)[]): number[] {
  return listed.flatMap((listedName, id) =>
    listedName !== undefined && listedName === name ? [id] : [],
  );
}

/**
 * The name under which a device is listed that is awaited: Windows MIDI Services may call it "2- NAME"
 * or "NAME (2)" from now on, or no longer so.
 *
 * @param taken - names of inputs that are open, or awaited under them
 * @returns the only other name that fits; `name` if there is none, or if there are several
 */
export function awaitedName(
  name: string | undefined,
  listed: readonly (string | undefined)[],
  taken: readonly (string | undefined)[],
): string | undefined {
  if (name === undefined || listed.includes(name)) return name;
  const fitting = listed.filter(
    (other) => other !== undefined && !taken.includes(other) && baseOf(other) === baseOf(name),
  );
  return fitting.length === 1 ? fitting[0] : name;
}

function baseOf(name: string): string {
  return name.replace(/^\d+- /, '').replace(/ \(\d+\)$/, '');
}

/**
 * Gives inputs that are open their ids of now. As long as all devices of a name are open here, it is
 * known which is which: ids shift, but nobody changes places. While there are more, nothing is known.
 */
export function followIds(open: readonly ListedInput[], listed: (string | undefined)[]): void {
  for (const name of new Set(open.map(({ listedName }) => listedName))) {
    const ids = idsOf(name, listed);
    const likes = open.filter(({ listedName }) => listedName === name);
    if (ids.length !== likes.length) continue;
    likes.sort((a, b) => a.deviceId - b.deviceId);
    for (const [place, like] of likes.entries()) like.deviceId = ids[place]!;
  }
}

/**
 * A device for an input that has gone: of several of its name one that is not in use here already.
 *
 * @param ids - of all devices of its name
 * @param rivals - inputs of that name that are open
 * @param attempts - how often one was tried in vain: then it is another one's turn
 */
export function freeId(
  ids: readonly number[],
  rivals: readonly Pick<ListedInput, 'deviceId'>[],
  attempts: number,
): number | undefined {
  if (ids.length <= rivals.length) return undefined;
  const used = new Set(rivals.map(({ deviceId }) => deviceId));
  const free = ids.filter((id) => !used.has(id));
  return free[attempts % free.length];
}
