/** What one of several ports of a device or a program is called in a device list. */
import { MAXPNAMELEN } from '../../winmm/structures.js';

/**
 * "client name, port name", in the 31 characters of a device's name. A port that is called after its client has
 * the client's name once; the end of the port's name, which tells ports apart, stays.
 */
export function deviceName({
  clientName,
  portName,
}: {
  clientName: string;
  portName: string;
}): string {
  const most = MAXPNAMELEN - 1;
  const client = clientName.trim();
  const whole = portName.trim();
  const port = whole.startsWith(`${client} `) ? whole.slice(client.length).trim() : whole;
  const name = port === '' || port === client ? client : `${client}, ${port}`;
  if (name.length <= most) return name;
  const room = most - port.length - '…, '.length;
  return room > 0 ? `${client.slice(0, room)}…, ${port}` : `…${port.slice(1 - most)}`;
}
