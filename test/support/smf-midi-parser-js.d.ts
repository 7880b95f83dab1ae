/** What midi-parser-js, which has no types of its own, gives. */
declare module 'midi-parser-js' {
  interface Cursor {
    readInt(byteLength: number): number;
    readIntVLV(): number;
  }

  interface ParsedEvent {
    deltaTime: number;
    /** The high half of the status byte, or 0xff. */
    type: number;
    channel?: number;
    metaType?: number;
    data?: number | number[] | string | Uint8Array;
  }

  interface ParsedFile {
    formatType: number;
    tracks: number;
    track: { event: ParsedEvent[] }[];
    timeDivision: number;
  }

  const MidiParser: {
    /** Called for sysex (type 15, length false) and unknown meta events; answers with their data. */
    customInterpreter: ((type: number, file: Cursor, length: number | false) => Uint8Array) | null;
    Uint8(bytes: Uint8Array): ParsedFile | false;
  };
  export default MidiParser;
}
