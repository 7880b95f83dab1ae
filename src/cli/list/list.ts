/** `midirec list`: what there is to record from and to send to. */
import {
  type InputDevice,
  listInputs,
  listOutputs,
  type OutputDevice,
} from '../../winmm/devices.js';
import type { MidiOutCaps } from '../../winmm/structures.js';
import { describeDevice } from '../capturing/device-facts.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { layOut } from '../terminal/columns.js';
import { printJson, printLines } from '../terminal/standard-streams.js';
import type { ListOptions } from './list-options.js';

export async function list(options: ListOptions, context: CommandContext): Promise<number> {
  const { winmm } = await context.createBackend();
  const both = options.inputs === options.outputs;
  const inputs = both || options.inputs ? listInputs(winmm) : undefined;
  const outputs = both || options.outputs ? listOutputs(winmm) : undefined;
  winmm.dispose();
  if (options.json) {
    await printJson(asDocument(winmm.backend, inputs, outputs));
    return ExitCode.DONE;
  }
  const sections = [
    ...(inputs === undefined ? [] : [await sectionLines('Inputs', inputs)]),
    ...(outputs === undefined ? [] : [await sectionLines('Outputs', outputs)]),
  ];
  await printLines(sections.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])));
  return ExitCode.DONE;
}

function asDocument(
  backend: string,
  inputs: InputDevice[] | undefined,
  outputs: OutputDevice[] | undefined,
): object {
  return {
    backend,
    ...(inputs && { inputs: inputs.map(describeDevice) }),
    ...(outputs && {
      outputs: outputs.map((output) => ({
        ...describeDevice(output),
        technology: technologyName(output.caps),
      })),
    }),
  };
}

/** Source: mmeapi.h, flags for wTechnology. */
const TECHNOLOGIES = [
  'unknown',
  'port',
  'synth',
  'square-wave synth',
  'fm synth',
  'mapper',
  'wavetable',
  'software synth',
];

function technologyName(caps: MidiOutCaps): string {
  return TECHNOLOGIES[caps.wTechnology] ?? 'unknown';
}

async function sectionLines(
  title: string,
  devices: readonly { id: number; name: string }[],
): Promise<string[]> {
  if (devices.length === 0) return [`${title}: none`];
  const rows = devices.map(({ id, name }) => [String(id), name]);
  const lines = await layOut(rows, { columns: [{ right: true }] });
  return [`${title}:`, ...lines.map((line) => `  ${line}`)];
}
