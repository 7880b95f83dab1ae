/** JSON that a person may have written: what is wrong with it, in the same words on every Node.js. */
import { badFile, type MidirecError } from '../errors.js';

/** @throws MidirecError BAD_FILE, without the name of the file */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { message } = cause as Error;
    const position = /position (\d+)/.exec(message)?.[1];
    const line = text.slice(0, Number(position)).split('\n').length;
    const where = position === undefined ? '' : `: line ${line} is wrong`;
    const why = /end of JSON/.test(message) ? ': it ends too early' : where;
    throw notJson(why, cause);
  }
}

/** @param why - to be read behind "not JSON" */
export function notJson(why: string, cause: unknown): MidirecError {
  return badFile(`not JSON${why}`, 'was it cut off, or edited by hand?', cause);
}
