/** Where a user's own settings are. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder need not be there. */
export function configFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const config =
    platform === 'win32'
      ? (env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'))
      : env.XDG_CONFIG_HOME || join(homedir(), '.config');
  return join(config, 'midirec');
}
