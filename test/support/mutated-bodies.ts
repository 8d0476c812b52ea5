import fc from 'fast-check';

type Json = Record<string, unknown>;

/** Where a value stands: the object or list that holds it, and its name there. */
interface Place {
  readonly holder: Json;
  readonly name: string;
}

/** Every member of a body, the deepest ones too. */
function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Json;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesOf(holder[name])]);
}

const strangers: readonly unknown[] = [
  null,
  '',
  ' ',
  'x',
  '0',
  0,
  -1,
  1.5,
  1e308,
  '1e5',
  '99999999999999999999',
  9_007_199_254_740_993n.toString(),
  true,
  false,
  [],
  {},
  [[]],
  '2026-13-45T00:00:00',
  '\ud800',
];

/** What one change does to a body: a field goes, changes type, moves, or is called what every object has. */
type Change = (place: Place, other: Place, stranger: unknown) => void;

const becomes =
  (next: (value: unknown, place: Place, stranger: unknown) => unknown): Change =>
  (place, _other, stranger) => {
    place.holder[place.name] = next(place.holder[place.name], place, stranger);
  };

const changes: readonly Change[] = [
  ({ holder, name }) => {
    delete holder[name];
  },
  becomes((_value, _place, stranger) => stranger),
  becomes((value) => (typeof value === 'string' ? Number(value) : JSON.stringify(value))),
  becomes((value) => [value]),
  becomes((value, { name }) => ({ [name]: value })),
  (place, other) => {
    const [a, b] = [place.holder[place.name], other.holder[other.name]];
    place.holder[place.name] = structuredClone(b);
    other.holder[other.name] = structuredClone(a);
  },
  ({ holder, name }, _other, stranger) => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const called = names[strangers.indexOf(stranger) % names.length] ?? '__proto__';
    const value = holder[name];
    delete holder[name];
    Object.defineProperty(holder, called, { value, enumerable: true, configurable: true, writable: true });
  },
];

export interface Mutation {
  readonly at: number;
  readonly to: number;
  readonly change: number;
  readonly stranger: number;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  to: fc.nat(),
  change: fc.nat(changes.length - 1),
  stranger: fc.nat(strangers.length - 1),
});

/** The body after its mutations, and perhaps cut off. */
export function mutated(body: unknown, mutations: readonly Mutation[], keptShare = 1): Buffer {
  const copy: unknown = structuredClone(body);
  for (const { at, to, change, stranger } of mutations) {
    const places = placesOf(copy);
    const [place, other] = [places[at % places.length], places[to % places.length]];
    if (place && other) changes[change]?.(place, other, structuredClone(strangers[stranger]));
  }
  const bytes = Buffer.from(JSON.stringify(copy));
  return bytes.subarray(0, Math.ceil(bytes.length * keptShare));
}
