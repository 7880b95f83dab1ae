// Listens with jazz-midi, as its README shows.
import { createRequire } from 'node:module';
import { Collector, readOrders } from './collector.js';

const orders = readOrders();
const { MIDI } = createRequire(orders.modules)('jazz-midi');
const collector = new Collector(orders);
const midi = new MIDI();

midi.MidiInOpen(0, (_time, message) => collector.takeMessage(message));
collector.watch((result) => {
  midi.MidiInClose();
  collector.leave(result);
  process.exit(0);
});
