/** midirec list on winmm.dll: names as drivers really give them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runOnWine } from '../support/wine-run.js';

const SCRIPT = [
  'input "Piano"',
  'id 1 2 0x0a03',
  'input "Piano"',
  'input "Umlaut \\xc3\\xa4 bell \\x07 end"',
  'input "A name of more than thirty-one letters"',
  'output "Synth"',
].join('\n');

describe('midirec list on winmm.dll', () => {
  it('--json gives every device as the driver describes it, doubled, long and strange names included', async () => {
    const { code, stdout, stderr } = await runOnWine(['list', '--json'], { script: SCRIPT });
    assert.equal(code, 0, stderr);
    const document = JSON.parse(stdout);
    assert.equal(document.backend, 'winmm');
    assert.deepEqual(document.inputs[0], {
      id: 0,
      name: 'Piano',
      manufacturerId: 1,
      productId: 2,
      driverVersion: '10.3',
    });
    assert.deepEqual(
      document.inputs.map(({ name }: { name: string }) => name.slice(0, 31)),
      ['Piano', 'Piano', 'Umlaut ä bell \x07 end', 'A name of more than thirty-one '],
    );
    assert.deepEqual(
      document.outputs.map(({ id, name }: { id: number; name: string }) => [id, name]),
      [[0, 'Synth']],
    );
  });

  it('prints no control character of a name to a terminal', async () => {
    const { code, stdout } = await runOnWine(['list'], { script: SCRIPT });
    assert.equal(code, 0);
    assert.match(stdout, /Umlaut ä bell/);
    assert.ok(!stdout.includes('\x07'));
  });

  it('says that there is nothing, where there is nothing', async () => {
    const { code, stdout } = await runOnWine(['list', '--json'], {
      script: '# no device at all\n',
    });
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), { backend: 'winmm', inputs: [], outputs: [] });
  });
});
