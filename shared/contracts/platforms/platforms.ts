import { generic } from './generic.ts';
import type { Platform, PlatformName } from './platform.ts';
import { shopify } from './shopify.ts';
import { taobao } from './taobao.ts';
import { woocommerce } from './woocommerce.ts';
import { youzan } from './youzan.ts';

/** Every platform that can be connected; a new one is a line here, a name in `platform.ts`, and a file of its own. */
export const platforms: Readonly<Record<PlatformName, Platform>> = { generic, shopify, woocommerce, youzan, taobao };
