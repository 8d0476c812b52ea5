/** JSON with sorted keys: equal content gives equal text, whatever order it arrived in. Undefined members are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  );
}

/** Same content as JSON: member order aside, and members that are undefined are none. */
export function sameContent(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((member, index) => sameContent(member, b[index]))
    );
  }
  return sameMembers(a as Members, b as Members);
}

type Members = Readonly<Record<string, unknown>>;

function sameMembers(a: Members, b: Members): boolean {
  let members = 0;
  for (const name in a) {
    if (a[name] === undefined) continue;
    if (!sameContent(a[name], b[name])) return false;
    members++;
  }
  for (const name in b) if (b[name] !== undefined) members--;
  return members === 0;
}
