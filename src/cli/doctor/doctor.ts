/** `midirec doctor`: what a person needs to know when nothing arrives. */
import { systemClock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { listInputs, listOutputs } from '../../winmm/devices.js';
import type { CallbackKind, WinMm } from '../../winmm/winmm.js';
import type { Backend } from '../backend.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { StopRequests } from '../process/stop-requests.js';
import { fitColumns } from '../terminal/columns.js';
import { formatTime } from '../terminal/figures.js';
import { LiveLine } from '../terminal/live-line.js';
import { printJson, printLines } from '../terminal/standard-streams.js';
import { lookOf } from '../terminal/terminal-look.js';
import { readVersion } from '../version.js';
import { judgeInputs, judgeListening, judgeOutputs } from './doctor-devices.js';
import { type ListenAnswer, listen } from './doctor-listen.js';
import type { DoctorOptions } from './doctor-options.js';
import { adviceOf, type Finding, reportLines } from './doctor-report.js';
import {
  inspectEnvironment,
  inspectSoundDevices,
  inspectSystem,
  judgeSoundDevices,
  judgeSystem,
  queryMidiService,
} from './doctor-system.js';

const CALLBACKS: Readonly<Record<CallbackKind, string>> = {
  'machine-code': 'callbacks run machine code: the fastest way',
  register: 'callbacks run JavaScript: slower, but it works',
  direct: 'callbacks are direct: the drivers are part of midirec',
};

export async function doctor(options: DoctorOptions, context: CommandContext): Promise<number> {
  const examination = new Examination(context);
  await examination.lookAtSystem();
  await examination.lookAtDevices(options.listen || 0);
  const { findings } = examination;
  if (options.json) {
    await printJson(examination.document());
  } else {
    const { chalk, columns } = lookOf(process.stdout, context.console);
    // For a reader that looks for a line, a line is not broken.
    const width = process.stdout.isTTY ? columns : Number.POSITIVE_INFINITY;
    const title = chalk.bold(`midirec ${readVersion()}`);
    await printLines([title, '', ...reportLines(findings, chalk, width)]);
  }
  return findings.some(({ status }) => status === 'problem') ? ExitCode.FAILED : ExitCode.DONE;
}

/** Gathers facts for `--json`, and what they mean. */
class Examination {
  readonly findings: Finding[] = [];
  readonly #context: CommandContext;
  readonly #facts: Record<string, unknown> = {};

  constructor(context: CommandContext) {
    this.#context = context;
  }

  document(): object {
    return {
      version: readVersion(),
      ...this.#facts,
      findings: this.findings,
      advice: adviceOf(this.findings),
    };
  }

  async lookAtSystem(): Promise<void> {
    const system = inspectSystem();
    this.#facts.system = system;
    this.findings.push(...judgeSystem(system));
    if (system.platform === 'win32') {
      const state = await queryMidiService();
      this.#facts.windowsMidiServices = state;
      this.findings.push({
        section: 'System',
        status: 'ok',
        text: `Windows MIDI Services: ${state}`,
      });
    }
    if (system.platform === 'linux') {
      const devices = inspectSoundDevices();
      this.#facts.soundDevices = devices ?? null;
      this.findings.push(...judgeSoundDevices(devices));
    }
    const environment = inspectEnvironment(process.env);
    this.#facts.environment = environment;
    for (const [name, value] of Object.entries(environment)) {
      this.findings.push({ section: 'Environment', status: 'ok', text: `${name}=${value}` });
    }
  }

  /** @param listenMs - 0: no device is opened */
  async lookAtDevices(listenMs: number): Promise<void> {
    const { name, reason } = this.#context.backend;
    const facts: Record<string, unknown> = { name, reason };
    this.#facts.backend = facts;
    let backend: Backend;
    try {
      backend = await this.#context.createBackend();
      const { winmm } = backend;
      this.findings.push({ section: 'MIDI', status: 'ok', text: `backend ${name}: ${reason}` });
      if (name === 'winmm') {
        this.findings.push({
          section: 'MIDI',
          status: 'ok',
          text: 'winmm.dll was found and loaded',
        });
      }
      facts.callbackKind = winmm.callbackKind;
      facts.callbackReason = winmm.callbackReason;
      this.findings.push(judgeCallback(winmm));
    } catch (error) {
      if (!(error instanceof MidirecError)) throw error;
      facts.error = error.message;
      this.findings.push({
        section: 'MIDI',
        status: 'problem',
        text: `backend ${name} (${reason}) does not work: ${error.message}`,
        ...(error.hint !== undefined && { advice: asSentence(error.hint) }),
      });
      return;
    }
    if (name === 'embedded' && process.platform === 'win32') {
      this.findings.push({
        section: 'MIDI',
        status: 'note',
        text: 'the devices of Windows are not used: this backend has devices of its own',
        advice:
          'For the devices of Windows, give --backend winmm, and clear MIDIREC_BACKEND if it is set.',
      });
    }
    await this.#lookAtBackend(backend, listenMs);
  }

  async #lookAtBackend({ winmm, preferredNames }: Backend, listenMs: number): Promise<void> {
    const inputs = listInputs(winmm);
    const outputs = listOutputs(winmm);
    const describe = ({ id, name, caps }: (typeof inputs)[0]) => ({
      id,
      name,
      manufacturerId: caps.wMid,
      productId: caps.wPid,
      driverVersion: `${caps.vDriverVersion >>> 8}.${caps.vDriverVersion & 0xff}`,
    });
    this.#facts.inputs = inputs.map(describe);
    this.#facts.outputs = outputs.map(describe);
    const answers = listenMs > 0 ? await this.#listen(winmm, inputs, listenMs) : [];
    this.#facts.listening = { ms: listenMs, inputs: answers };
    const isDemo =
      winmm.backend === 'embedded'
        ? ({ caps }: (typeof inputs)[0]) => preferredNames?.has(caps.szPname) !== true
        : () => false;
    this.findings.push(
      ...judgeInputs(inputs, winmm.midiInGetNumDevs(), answers),
      ...judgeListening(
        answers.filter(({ id }) => !inputs.some((input) => input.id === id && isDemo(input))),
      ),
      ...judgeOutputs(outputs, winmm.midiOutGetNumDevs()),
    );
    if (answers.every(({ error }) => error?.startsWith('it would not close') !== true)) {
      winmm.dispose();
    }
  }

  /** Until the time is over, or Ctrl-C. */
  async #listen(
    winmm: WinMm,
    inputs: { id: number; name: string }[],
    listenMs: number,
  ): Promise<ListenAnswer[]> {
    if (inputs.length === 0) return [];
    const { console } = this.#context;
    const stop = new StopRequests();
    stop.listen();
    const endMs = systemClock.nowMs() + listenMs;
    console.say(`listening for ${formatTime(listenMs)}: play something`);
    const live = await LiveLine.start(console, (columns) => {
      const leftMs = Math.max(0, endMs - systemClock.nowMs());
      return fitColumns(`${formatTime(leftMs)} left`, columns);
    });
    const cancel = systemClock.setTimer(listenMs, () => stop.request('duration'));
    try {
      return await listen(winmm, systemClock, inputs, stop.first);
    } finally {
      cancel();
      live?.stop();
      stop.close();
    }
  }
}

function judgeCallback({ callbackKind, callbackReason }: WinMm): Finding {
  const why = callbackReason === '' ? '' : ` (${callbackReason})`;
  return {
    section: 'MIDI',
    status: callbackKind === 'register' ? 'note' : 'ok',
    text: `${CALLBACKS[callbackKind]}${why}`,
  };
}

function asSentence(hint: string): string {
  return `${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`;
}
