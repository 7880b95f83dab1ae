/** What `midirec doctor` finds, as data. */
import type { HistogramStep } from './histogram.js';

export type Section = 'System' | 'MIDI' | 'Inputs' | 'Outputs' | 'Cable' | 'Environment';

/** `note` is worth knowing; `problem` keeps midirec from working. */
export type Status = 'ok' | 'note' | 'problem';

/** What a finding is about. */
export interface Subject {
  name: string;
  /** Of a device that has a line for itself. */
  id?: number;
}

export interface Finding {
  /** The same in every version of midirec. */
  id: string;
  section: Section;
  status: Status;
  subject?: Subject | undefined;
  /** What was found, in one line; nothing if there is no more to say than that the subject is there. */
  text: string;
  /** What to do, as a sentence or two. */
  advice?: string | undefined;
  /** Times that are drawn beneath it. */
  histogram?: readonly HistogramStep[];
}

/** What was looked at, and what it means. */
export interface Examination {
  facts: object;
  findings: Finding[];
  /** Of what ended it; 0 if nothing did. */
  exitCode: number;
}

export function findingsIn(section: Section) {
  const findingOf =
    (status: Status) =>
    (id: string, text: string, advice?: string, subject?: Subject): Finding => {
      return { id, section, status, subject, text, advice };
    };
  return { ok: findingOf('ok'), note: findingOf('note'), problem: findingOf('problem') };
}

/** All advice, the most pressing first, each once. */
export function adviceOf(findings: readonly Finding[]): string[] {
  const problems = findings.filter(({ status }) => status === 'problem');
  const advice = [...problems, ...findings].map((finding) => finding.advice);
  return [...new Set(advice.filter((text) => text !== undefined))];
}
