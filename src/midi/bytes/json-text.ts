/** JSON that a person may have written: what is wrong with it, in the same words on every Node.js. */
import { MidirecError } from '../errors.js';

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
    throw new MidirecError('BAD_FILE', `not JSON${why}`, {
      hint: 'was it cut off, or edited by hand?',
      cause,
    });
  }
}
