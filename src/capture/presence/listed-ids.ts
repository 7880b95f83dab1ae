/** Which id in the list of devices an input has now: ids shift when other devices come and go, and names are not unique. */
import { printable } from '../../midi/printable.js';
import { isSame, wentAway } from '../../winmm/devices.js';
import type { DeviceIdentity } from '../../winmm/winmm.js';

/** What is known about an input by the list. */
export interface ListedInput {
  /** If its driver tells nothing, the list says nothing about it. */
  readonly listed: DeviceIdentity;
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
 * @param devices - all devices now
 * @param device - one of `chosen`
 * @param chosen - all that were chosen from that list
 * @param open - those of them that are open here already, with the ids that they were opened with
 * @throws MidirecError NO_DEVICE if another one is in its place, and it is nowhere else
 */
export function currentId(
  devices: readonly DeviceIdentity[],
  device: DeviceChoice,
  chosen: readonly DeviceChoice[],
  open: readonly DeviceChoice[],
): number {
  const { deviceId, name } = device;
  const listed = devices.map((other) => ({ name: other.name && printable(other.name) }));
  const found = listed[deviceId]?.name;
  const likes = chosen.filter((other) => other.name === name);
  if (found === name && likes.length === 1) return deviceId;
  const ids = idsOf({ name }, listed);
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
  throw wentAway(name);
}

/** Whether a device still has its id, as far as its driver tells. */
export function isStill(
  device: DeviceIdentity,
  listed: readonly DeviceIdentity[],
  deviceId: number,
): boolean {
  if (device.name === undefined) return true;
  const other = listed[deviceId];
  return other !== undefined && (other.name === undefined || isSame(device, other));
}

/** The ids of all devices that cannot be told from this one. */
export function idsOf(device: DeviceIdentity, listed: readonly DeviceIdentity[]): number[] {
  return listed.flatMap((other, id) => (isSame(device, other) ? [id] : []));
}

/**
 * As what a device is listed that is awaited: Windows MIDI Services may call it "2- NAME" or "NAME (2)" from now
 * on, or no longer so; and with another socket of USB it has another path.
 *
 * @param taken - inputs that are open, or awaited
 * @returns the only other one that fits; `device` if there is none, or if there are several
 */
export function awaitedAs(
  device: DeviceIdentity,
  listed: readonly DeviceIdentity[],
  taken: readonly DeviceIdentity[],
): DeviceIdentity {
  const { name } = device;
  const same = listed.find((other) => isSame(device, other));
  if (name === undefined || same !== undefined) return same ?? device;
  const fitting = listed.filter(
    (other) =>
      other.name !== undefined &&
      baseOf(other.name) === baseOf(name) &&
      !taken.some((one) => isSame(one, other)),
  );
  return fitting.length === 1 ? fitting[0]! : device;
}

function baseOf(name: string): string {
  return name.replace(/^\d+- /, '').replace(/ \(\d+\)$/, '');
}

/**
 * Gives inputs that are open their ids of now. As long as all devices of a name are open here, it is
 * known which is which: ids shift, but nobody changes places. While there are more, nothing is known.
 */
export function followIds(open: readonly ListedInput[], listed: readonly DeviceIdentity[]): void {
  const left = new Set(open);
  for (const first of left) {
    const likes = [...left].filter(
      (other) => other === first || isSame(other.listed, first.listed),
    );
    for (const like of likes) left.delete(like);
    const ids = idsOf(first.listed, listed);
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
