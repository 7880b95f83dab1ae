// Listens with @julusian/midi, as its README shows, with sysex switched on.
import { createRequire } from 'node:module';
import { Collector, readOrders } from './collector.js';

const orders = readOrders();
const { Input } = createRequire(orders.modules)('@julusian/midi');
const collector = new Collector(orders);
const input = new Input();

input.on('message', (_deltaTime, message) => collector.takeMessage(message));
input.ignoreTypes(false, true, true);
input.openPort(0);
collector.watch((result) => {
  input.closePort();
  collector.leave(result);
  process.exit(0);
});
