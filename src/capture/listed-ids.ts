/** Which id in the list of devices an input has now: ids shift when other devices come and go, and names are not unique. */

/** What is known about an input by its name in the list. */
export interface ListedInput {
  /** As the driver gives it; undefined if it does not tell, and then the list says nothing about it. */
  readonly listedName: string | undefined;
  /** The id that it had when the list last told. */
  deviceId: number;
}

/** The ids of all devices of a name. */
export function idsOf(name: string | undefined, listed: (string | undefined)[]): number[] {
  return listed.flatMap((listedName, id) =>
    listedName !== undefined && listedName === name ? [id] : [],
  );
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
  rivals: readonly ListedInput[],
  attempts: number,
): number | undefined {
  if (ids.length <= rivals.length) return undefined;
  const used = new Set(rivals.map(({ deviceId }) => deviceId));
  const free = ids.filter((id) => !used.has(id));
  return free[attempts % free.length];
}
