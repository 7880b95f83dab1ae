/** Text from outside (names of devices, tracks and files) as it may be shown. */

/**
 * Control and formatting characters: a terminal would obey them, and a person would read other things
 * than are there. Those that join letters of many scripts, and pieces of emoji, are none.
 */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/gu;

/** One line of text, every unprintable character in it replaced: line feeds and tabs by a space each. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => (/\s/.test(character) ? ' ' : '\ufffd'));
}

/** The beginning of `text`, at most `units` UTF-16 units long, without half a character at its end. */
export function cutText(text: string, units: number): string {
  return text.slice(0, units).replace(/[\ud800-\udbff]$/, '');
}

/** JSON that says the same without unprintable characters, of which JSON.stringify leaves most as they are; line feeds stay. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, (character) =>
    character === '\n' ? character : character.replace(/[\s\S]/g, escapeUnit),
  );
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
