import { milestoneNames } from '../../domain/orders/order.ts';
import { cellText } from './cells.ts';
import { type ImportPreset, presets } from './presets.ts';

export const importKinds = ['orders', 'customers', 'products'] as const;
export type ImportKind = (typeof importKinds)[number];

/** What a column can hold, per kind; `customer.attributes.<name>`, `attributes.<name>` and `tag.<name>` besides. */
export const importFields = {
  orders: [
    'id',
    'group',
    'currency',
    'total',
    'refunded',
    'discount',
    'shipping',
    'status',
    ...milestoneNames,
    'updatedAt',
    'test',
    'paymentMethod',
    'items.productId',
    'items.sku',
    'items.title',
    'items.category',
    'items.quantity',
    'items.price',
    'coupons',
    'customer.id',
    'customer.email',
    'customer.phone',
    'customer.name',
    'customer.gender',
    'customer.birthday',
    'customer.occupation',
    'customer.locale',
    'customer.timezone',
    'customer.consent.sms',
    'customer.consent.email',
    'address.country',
    'address.province',
    'address.city',
    'address.text',
    'channel',
    'source',
    'tracking.carrier',
    'tracking.number',
  ],
  customers: [
    'id',
    'email',
    'phone',
    'name',
    'gender',
    'birthday',
    'occupation',
    'locale',
    'timezone',
    'country',
    'province',
    'city',
    'consent.sms',
    'consent.email',
    'consentAt',
    'tags',
    'attributes',
    'updatedAt',
  ],
  products: ['id', 'title', 'category', 'url', 'image', 'price', 'cost'],
} as const satisfies Record<ImportKind, readonly string[]>;

const freeFields: Readonly<Record<ImportKind, RegExp>> = {
  orders: /^customer\.attributes\.[A-Za-z][\w.-]{0,63}$/,
  customers: /^(attributes\.[A-Za-z][\w.-]{0,63}|tag\..{1,60})$/,
  products: /^$/,
};

/** Without these columns nothing of the file can be read. */
const neededFields: Readonly<Record<ImportKind, readonly string[]>> = {
  orders: ['id', 'total', 'createdAt'],
  customers: [],
  products: ['id', 'title'],
};

export function isImportField(kind: ImportKind, field: string): boolean {
  return (importFields[kind] as readonly string[]).includes(field) || freeFields[kind].test(field);
}

/** Which column holds which field. */
export type Columns = ReadonlyMap<string, number>;

export interface Mapping {
  readonly kind: ImportKind;
  readonly preset?: ImportPreset;
  /** Field -> heading. It goes before the preset's headings, and those before fields that are headings themselves. */
  readonly mapping?: Readonly<Record<string, string>>;
}

/** Finds the columns of a file. @returns what is wrong with its headings, in words for whoever made the file */
export function findColumns(
  headings: readonly string[],
  { kind, preset, mapping = {} }: Mapping,
): Columns | { problem: string } {
  const known = new Map<string, number>();
  headings.forEach((heading, index) => {
    const name = headingName(heading);
    if (name !== '' && !known.has(name)) known.set(name, index);
  });
  const columns = new Map<string, number>();
  const missing = Object.values(mapping).filter((heading) => !known.has(headingName(heading)));
  if (missing.length > 0) return { problem: `The file has no column ${quoted(missing)}; it has ${quoted(headings)}.` };
  const named = preset ? Object.entries(presets[preset].headings) : [];
  const sources: (readonly [string, readonly string[]])[] = [
    ...headings.filter((heading) => isImportField(kind, heading)).map((heading) => [heading, [heading]] as const),
    ...importFields[kind].map((field) => [field, [field]] as const),
    ...named,
    ...Object.entries(mapping).map(([field, heading]) => [field, [heading]] as const),
  ];
  for (const [field, names] of sources) {
    const index = names.map((name) => known.get(headingName(name))).find((found) => found !== undefined);
    if (index !== undefined) columns.set(field, index);
  }
  const needed = neededFields[kind].filter((field) => !columns.has(field));
  const hint = preset ? ` of the preset ${preset}` : '';
  if (needed.length > 0) {
    return { problem: `No column holds ${quoted(needed)}${hint}; the file has ${quoted(headings)}. Map them.` };
  }
  if (kind === 'customers' && !['id', 'email', 'phone'].some((field) => columns.has(field))) {
    return { problem: `No column holds "id", "email" or "phone"; the file has ${quoted(headings)}. Map one.` };
  }
  return columns;
}

function headingName(heading: string): string {
  return (cellText(heading) ?? '').toLowerCase();
}

/** At most thirty of them, each cut off: a heading can be anything. */
function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 30).map((name) => `"${name.slice(0, 40)}"`);
  return `${shown.join(', ')}${names.length > shown.length ? ' and more' : ''}`;
}
