/**
 * The raw MIDI devices of the kernel, by ioctl(2) through koffi.
 *
 * Source: Linux, include/uapi/sound/asound.h: structures of 64-bit systems. A control file has its preference for a
 * subdevice as long as it is open, for the thread that opened it (sound/core/control.c): all of it happens on one.
 */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { loadKoffi } from '../../../winmm/native/koffi-bindings.js';
import type { RawControl, RawSubdevice } from '../streams/raw-control.js';
import { loadPoll } from './poll.js';

const SNDRV_CTL_IOCTL_RAWMIDI_INFO = 0xc10c5541;
const SNDRV_CTL_IOCTL_RAWMIDI_PREFER_SUBDEVICE = 0x40045542;
const SNDRV_RAWMIDI_IOCTL_USER_PVERSION = 0x40045702;
const SNDRV_RAWMIDI_IOCTL_PARAMS = 0xc0305710;
const SNDRV_RAWMIDI_IOCTL_STATUS = 0xc0385720;
/** The protocol that has framing: 2.0.2, Linux 5.14. */
const FRAMING_PVERSION = 0x20002;
const SNDRV_RAWMIDI_STREAM_INPUT = 1;
/** SNDRV_RAWMIDI_MODE_FRAMING_TSTAMP | SNDRV_RAWMIDI_MODE_CLOCK_MONOTONIC. */
const STAMPED_MODE = 1 | (2 << 3);
/** In frames, of which each message takes at least one: 8,192 of them. */
const BUFFER_SIZE = 1 << 18;
const EFD_NONBLOCK_CLOEXEC = 0o2004000;

/** @throws Error where koffi cannot be loaded, or addresses have 32 bits */
export async function loadRawControl(): Promise<RawControl> {
  if (!process.arch.endsWith('64')) throw new Error(`structures of ${process.arch} are not known`);
  const libc = (await loadKoffi()).load(null);
  const ioctl = libc.func('int ioctl(int, unsigned long, uint8_t *)');
  const wakeFd = Number(libc.func('int eventfd(unsigned int, int)')(0, EFD_NONBLOCK_CLOEXEC));
  /** @returns whether it succeeded; `bytes` has the answer */
  const call = (fd: number, request: number, bytes: Uint8Array): boolean =>
    Number(ioctl(fd, request, bytes)) >= 0;
  const withControl = <T>({ card }: RawSubdevice, act: (fd: number) => T): T => {
    const fd = openSync(`/dev/snd/controlC${card}`, constants.O_RDWR);
    try {
      return act(fd);
    } finally {
      closeSync(fd);
    }
  };
  return {
    nameOf({ card, device, subdevice }, isInput) {
      const info = structure(268);
      info.setUint32(0, device, true);
      info.setUint32(4, subdevice, true);
      info.setInt32(8, isInput ? SNDRV_RAWMIDI_STREAM_INPUT : 0, true);
      const bytes = bytesOf(info);
      try {
        const isTold = withControl({ card, device, subdevice }, (fd) =>
          call(fd, SNDRV_CTL_IOCTL_RAWMIDI_INFO, bytes),
        );
        const subname = Buffer.from(bytes.subarray(164, 196)).toString('utf8');
        return isTold ? subname.replace(/\0.*$/s, '').trim() : '';
      } catch {
        return '';
      }
    },
    withPreferred: (subdevice, open) =>
      withControl(subdevice, (fd) => {
        const number = structure(4);
        number.setInt32(0, subdevice.subdevice, true);
        call(fd, SNDRV_CTL_IOCTL_RAWMIDI_PREFER_SUBDEVICE, bytesOf(number));
        return open();
      }),
    frame(fd) {
      const version = structure(4);
      version.setInt32(0, FRAMING_PVERSION, true);
      if (!call(fd, SNDRV_RAWMIDI_IOCTL_USER_PVERSION, bytesOf(version))) return false;
      const params = structure(48);
      params.setInt32(0, SNDRV_RAWMIDI_STREAM_INPUT, true);
      params.setBigUint64(8, BigInt(BUFFER_SIZE), true);
      params.setBigUint64(16, 1n, true);
      params.setUint32(28, STAMPED_MODE, true);
      return call(fd, SNDRV_RAWMIDI_IOCTL_PARAMS, bytesOf(params));
    },
    countOverruns(fd) {
      const status = structure(56);
      status.setInt32(0, SNDRV_RAWMIDI_STREAM_INPUT, true);
      const isTold = call(fd, SNDRV_RAWMIDI_IOCTL_STATUS, bytesOf(status));
      return isTold ? Number(status.getBigUint64(32, true)) : 0;
    },
    monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
    poll: await loadPoll(),
    wakeFd,
    wake: () => {
      writeSync(wakeFd, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));
    },
    rest: () => {
      try {
        readSync(wakeFd, new Uint8Array(8));
      } catch {
        // EAGAIN: nobody has called `wake`.
      }
    },
  };
}

function structure(byteLength: number): DataView<ArrayBuffer> {
  return new DataView(new ArrayBuffer(byteLength));
}

function bytesOf({ buffer }: DataView<ArrayBuffer>): Uint8Array {
  return new Uint8Array(buffer);
}
