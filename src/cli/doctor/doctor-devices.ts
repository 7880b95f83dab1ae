/** What the devices of a machine, and what was heard from them, mean to a person. */
import { describeLosses } from '../capturing/loss-report.js';
import { heardText, isPlayed, type ListenAnswer } from './doctor-listen.js';
import type { Finding } from './doctor-report.js';

interface Device {
  id: number;
  name: string;
}

/**
 * A line for each input, and what is remarkable about them together.
 *
 * @param count - how many the driver says there are; those that tell nothing of themselves are not in `inputs`
 * @param answers - what was heard; none if nobody listened
 */
export function judgeInputs(
  inputs: readonly Device[],
  count: number,
  answers: readonly ListenAnswer[],
): Finding[] {
  const section = 'Inputs';
  if (inputs.length === 0) {
    return [
      {
        section,
        status: 'problem',
        text: 'there is no MIDI input',
        advice:
          'No MIDI input: plug the instrument or the interface in and switch it on. If it is, install its driver, or try another USB port and cable. --backend embedded has demo devices to try midirec with.',
      },
    ];
  }
  const width = Math.max(...inputs.map(({ name }) => name.length));
  const findings = inputs.map((input): Finding => {
    const answer = answers.find(({ id }) => id === input.id);
    const label = `${String(input.id).padStart(2)}  ${input.name.padEnd(width)}`;
    return { section, ...judgeInput(label, input.name, answer) };
  });
  return [
    ...findings,
    ...judgeNames(section, inputs),
    ...judgeSilentDevices(section, count, inputs),
  ];
}

function judgeInput(
  label: string,
  name: string,
  answer: ListenAnswer | undefined,
): Omit<Finding, 'section'> {
  if (answer === undefined) return { status: 'ok', text: label.trimEnd() };
  switch (answer.state) {
    case 'heard':
      return { status: 'ok', text: `${label}  ${heardText(answer)}` };
    case 'in use':
      return {
        status: 'note',
        text: `${label}  in use by another program`,
        advice: `${name} is in use: close the program that has it open (a sequencer, a browser with a MIDI page, the editor of the instrument), or choose another input.`,
      };
    case 'failed':
      return {
        status: 'problem',
        text: `${label}  ${answer.error}`,
        advice: `${name} cannot be used: unplug it and plug it in again, and look whether there is a newer driver.`,
      };
  }
}

/** What follows from all that was heard; nothing if nobody listened. */
export function judgeListening(answers: readonly ListenAnswer[]): Finding[] {
  const findings: Finding[] = [];
  const heard = answers.filter(({ state }) => state === 'heard');
  if (heard.length > 0 && !heard.some(isPlayed)) {
    const isAlive = heard.some(({ messages }) => Object.keys(messages).length > 0);
    findings.push({
      section: 'Inputs',
      status: 'note',
      text: isAlive ? 'an instrument is there, but nothing was played' : 'nothing arrived',
      advice: isAlive
        ? 'The cable is right, for clock or active sensing arrives. If you did play: look whether the instrument transmits notes (Local, MIDI Out, the channel it sends on).'
        : 'Nothing arrived. If you did play: the cable goes from the MIDI OUT of the instrument to the MIDI IN of the interface; the instrument is on and set to transmit; and it is this input that it is connected to.',
    });
  }
  for (const { name, losses } of answers) {
    for (const line of describeLosses(losses, [name])) {
      findings.push({
        section: 'Inputs',
        status: 'note',
        text: `${name}: ${line}`,
        advice: `${name} does not deliver all as it should: try another USB port, without a hub, and a newer driver.`,
      });
    }
  }
  return findings;
}

export function judgeOutputs(outputs: readonly Device[], count: number): Finding[] {
  const section = 'Outputs';
  if (outputs.length === 0) {
    return [{ section, status: 'note', text: 'there is no MIDI output: no request can be sent' }];
  }
  return [
    ...outputs.map(
      ({ id, name }): Finding => ({
        section,
        status: 'ok',
        text: `${String(id).padStart(2)}  ${name}`,
      }),
    ),
    ...judgeNames(section, outputs),
    ...judgeSilentDevices(section, count, outputs),
  ];
}

function judgeNames(section: 'Inputs' | 'Outputs', devices: readonly Device[]): Finding[] {
  const byName = new Map<string, number[]>();
  for (const { id, name } of devices) byName.set(name, [...(byName.get(name) ?? []), id]);
  return [...byName].flatMap(([name, ids]): Finding[] =>
    ids.length === 1
      ? []
      : [
          {
            section,
            status: 'note',
            text: `${ids.length} have the same name: ${name} (${ids.join(', ')})`,
            advice: `Several devices are called ${name}: name the one you mean by its id, and look at midirec list again after plugging.`,
          },
        ],
  );
}

function judgeSilentDevices(
  section: 'Inputs' | 'Outputs',
  count: number,
  devices: readonly Device[],
): Finding[] {
  const missing = count - devices.length;
  if (missing <= 0) return [];
  return [
    {
      section,
      status: 'note',
      text: `${missing} of ${count} tell nothing about themselves, and cannot be opened`,
      advice:
        'A driver lists a device that it says nothing about: unplug it and plug it in again, or restart.',
    },
  ];
}
