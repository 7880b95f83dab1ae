/** Whether a file of instruments says what can be understood, and where it does not. */
import { Layout } from './banks/layout.js';
import type { FamilyEntry, InstrumentEntry, KindEntry, RequestEntry } from './entry.js';
import { Pattern } from './pattern.js';

/** What is wrong with a file, and where. */
export interface EntryProblem {
  /** From the top of the file: `instruments/0/kinds/2/pattern`; empty for the file itself. */
  place: string;
  /** `must have required property 'name'`. */
  why: string;
}

/**
 * Checks one file of instruments.
 *
 * @param family - what the file holds as JSON
 * @param schema - schema.json
 * @returns nothing wrong: an empty list, and `family` is a FamilyEntry
 */
export async function checkFamily(family: unknown, schema: object): Promise<EntryProblem[]> {
  const { Ajv } = await import('ajv');
  const ajv = new Ajv({ allErrors: true });
  if (!ajv.validate(schema, family)) {
    return (ajv.errors ?? []).map(({ instancePath, message = '', params }) => ({
      place: instancePath.slice(1),
      why: `${message}${detailOf(params)}`,
    }));
  }
  const { instruments } = family as FamilyEntry;
  const ids = instruments.map(({ id }) => id);
  return instruments.flatMap((instrument, index) => [
    ...checkInstrument(instrument, `instruments/${index}`, instruments),
    ...(ids.indexOf(instrument.id) === index
      ? []
      : [{ place: `instruments/${index}/id`, why: `'${instrument.id}' is there twice` }]),
  ]);
}

/** What the schema's message leaves out: which property is one too many, which values are allowed. */
function detailOf({ additionalProperty, allowedValues }: Record<string, unknown>): string {
  if (additionalProperty !== undefined) return `: '${additionalProperty}'`;
  return Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : '';
}

function checkInstrument(
  instrument: InstrumentEntry,
  place: string,
  family: readonly InstrumentEntry[],
): EntryProblem[] {
  const { kinds = [], requests = [], like = [], memory } = instrument;
  const problems: EntryProblem[] = [];
  for (const id of like) {
    if (family.some((other) => other.id === id && other !== instrument)) continue;
    problems.push({ place: `${place}/like`, why: `'${id}' is no other instrument of this file` });
  }
  const liked = family.filter(({ id }) => like.includes(id));
  const known = new Set(
    [instrument, ...liked].flatMap((entry) => entry.kinds ?? []).map(({ id }) => id),
  );
  for (const [index, kind] of kinds.entries()) {
    problems.push(...checkKind(kind, `${place}/kinds/${index}`));
    problems.push(...checkLayout(kind, `${place}/kinds/${index}/patches`, known));
  }
  for (const [index, request] of requests.entries()) {
    problems.push(...checkRequest(request, `${place}/requests/${index}`, known));
  }
  if (memory !== undefined) {
    const pattern = compile(memory.pattern, `${place}/memory/pattern`, problems);
    if (pattern !== undefined && !pattern.fields.includes('a')) {
      problems.push({ place: `${place}/memory/pattern`, why: 'has no address: the field aa' });
    }
  }
  return problems;
}

function checkKind(kind: KindEntry, place: string): EntryProblem[] {
  const problems: EntryProblem[] = [];
  const { checksum, patches } = kind;
  compile(kind.pattern, `${place}/pattern`, problems);
  const isSummed = checksum !== undefined && checksum.rule !== 'none';
  if (isSummed && !/\( .* \)/.test(kind.pattern)) {
    problems.push({
      place: `${place}/pattern`,
      why: 'does not say what the checksum covers: ( … )',
    });
  }
  if (isSummed && checksum.block === undefined && !/(^| )ss /.test(kind.pattern)) {
    problems.push({ place: `${place}/pattern`, why: 'does not say where the checksum stands: ss' });
  }
  if (patches?.name !== undefined && patches.stride !== undefined) {
    const { at, length, step = 1 } = patches.name;
    if (at + (length - 1) * step >= patches.stride) {
      problems.push({ place: `${place}/patches/name`, why: 'ends behind its patch' });
    }
  }
  return problems;
}

function checkLayout({ patches }: KindEntry, place: string, known: Set<string>): EntryProblem[] {
  const { single, layout, stride = 0 } = patches ?? {};
  if (single === undefined || layout === undefined) return [];
  const problems: EntryProblem[] = [];
  if (!known.has(single)) {
    problems.push({ place: `${place}/single`, why: `'${single}' is no kind of it` });
  }
  try {
    const { reach } = new Layout(layout);
    if (reach > stride) problems.push({ place: `${place}/layout`, why: 'goes beyond its patch' });
  } catch (error) {
    problems.push({ place: `${place}/layout`, why: (error as Error).message });
  }
  return problems;
}

function checkRequest(request: RequestEntry, place: string, kinds: Set<string>): EntryProblem[] {
  const problems: EntryProblem[] = [];
  for (const id of request.answers) {
    if (!kinds.has(id))
      problems.push({ place: `${place}/answers`, why: `'${id}' is no kind of it` });
  }
  const fields = new Set<string>();
  for (const [index, text] of request.send.entries()) {
    const pattern = compile(text, `${place}/send/${index}`, problems);
    for (const field of pattern?.fields ?? []) fields.add(field);
    if (/\[/.test(text)) {
      problems.push({ place: `${place}/send/${index}`, why: 'a request says each of its bytes' });
    }
  }
  for (const [index, text] of (request.store ?? []).entries()) {
    compile(text, `${place}/store/${index}`, problems);
  }
  for (const [property, field] of [
    ['patches', 'p'],
    ['banks', 'b'],
  ] as const) {
    if (request[property] !== undefined && !fields.has(field)) {
      problems.push({
        place: `${place}/${property}`,
        why: `nothing that is sent has the field ${field}`,
      });
    }
    if (request[property] === undefined && fields.has(field)) {
      problems.push({
        place: `${place}/send`,
        why: `has the field ${field}, but no '${property}'`,
      });
    }
  }
  return problems;
}

function compile(text: string, place: string, problems: EntryProblem[]): Pattern | undefined {
  try {
    return new Pattern(text);
  } catch (error) {
    problems.push({ place, why: (error as Error).message });
    return undefined;
  }
}
