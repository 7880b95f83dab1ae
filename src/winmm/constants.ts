/**
 * The constants of the WinMM MIDI interface, by their Windows names.
 *
 * Source: mmsystem.h and mmddk.h of the Windows SDK, as mingw-w64 ships them.
 */

/** A message for midiInMessage and midiOutMessage. Source: mmddk.h, DRV_RESERVED + 12. */
export const DRV_QUERYDEVICEINTERFACE = 0x80c;

// Results of every midiIn… and midiOut… function (MMRESULT).
export const MMSYSERR_NOERROR = 0;
export const MMSYSERR_ERROR = 1;
export const MMSYSERR_BADDEVICEID = 2;
export const MMSYSERR_NOTENABLED = 3;
export const MMSYSERR_ALLOCATED = 4;
export const MMSYSERR_INVALHANDLE = 5;
export const MMSYSERR_NODRIVER = 6;
export const MMSYSERR_NOMEM = 7;
export const MMSYSERR_NOTSUPPORTED = 8;
export const MMSYSERR_BADERRNUM = 9;
export const MMSYSERR_INVALFLAG = 10;
export const MMSYSERR_INVALPARAM = 11;
export const MMSYSERR_HANDLEBUSY = 12;
export const MIDIERR_UNPREPARED = 64;
export const MIDIERR_STILLPLAYING = 65;
export const MIDIERR_NOTREADY = 67;
export const MIDIERR_NODEVICE = 68;

// How the client is called back (fdwOpen of midiInOpen and midiOutOpen).
export const CALLBACK_NULL = 0x00000000;
export const CALLBACK_WINDOW = 0x00010000;
export const CALLBACK_FUNCTION = 0x00030000;
export const CALLBACK_EVENT = 0x00050000;
export const CALLBACK_TYPEMASK = 0x00070000;

// dwFlags of a MIDIHDR.
export const MHDR_DONE = 0x00000001;
export const MHDR_PREPARED = 0x00000002;
export const MHDR_INQUEUE = 0x00000004;

// Messages to an input's callback.
export const MIM_OPEN = 0x3c1;
export const MIM_CLOSE = 0x3c2;
export const MIM_DATA = 0x3c3;
export const MIM_LONGDATA = 0x3c4;
export const MIM_ERROR = 0x3c5;
export const MIM_LONGERROR = 0x3c6;
export const MIM_MOREDATA = 0x3cc;

// Messages to an output's callback.
export const MOM_OPEN = 0x3c7;
export const MOM_CLOSE = 0x3c8;
export const MOM_DONE = 0x3c9;

// wTechnology of MIDIOUTCAPS.
export const MOD_MIDIPORT = 1;
export const MOD_SYNTH = 2;

/** wMid of a driver whose maker has no registered manufacturer id (MM_UNMAPPED). */
export const MM_UNMAPPED = 0xffff;

// Messages to a user-mode driver: output.
export const MODM_GETNUMDEVS = 1;
export const MODM_GETDEVCAPS = 2;
export const MODM_OPEN = 3;
export const MODM_CLOSE = 4;
export const MODM_PREPARE = 5;
export const MODM_UNPREPARE = 6;
export const MODM_DATA = 7;
export const MODM_LONGDATA = 8;
export const MODM_RESET = 9;
export const MODM_GETVOLUME = 10;
export const MODM_SETVOLUME = 11;
export const MODM_CACHEPATCHES = 12;
export const MODM_CACHEDRUMPATCHES = 13;

// Messages to a user-mode driver: input.
export const MIDM_GETNUMDEVS = 53;
export const MIDM_GETDEVCAPS = 54;
export const MIDM_OPEN = 55;
export const MIDM_CLOSE = 56;
export const MIDM_PREPARE = 57;
export const MIDM_UNPREPARE = 58;
export const MIDM_ADDBUFFER = 59;
export const MIDM_START = 60;
export const MIDM_STOP = 61;
export const MIDM_RESET = 62;

// Messages to a user-mode driver: both directions.
export const DRVM_INIT = 100;
export const DRVM_EXIT = 101;
/** From here on messages are a driver's own. */
export const DRVM_USER = 0x4000;
