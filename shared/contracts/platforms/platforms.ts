import { generic } from './generic.ts';
import type { Platform, PlatformName } from './platform.ts';

/** Every platform that can be connected; a new one is a line here, a name in `platform.ts`, and a file of its own. */
export const platforms: Readonly<Record<PlatformName, Platform>> = { generic };
