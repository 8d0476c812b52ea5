/** Keys that belong together because some name mentions both, with the names that mention them. */
export interface ConnectedGroup {
  readonly keys: ReadonlySet<string>;
  readonly names: readonly string[];
}

/** Connected components by union-find: `edges` gives, for each name, the keys it ties together. */
export function connectedGroups(edges: ReadonlyMap<string, readonly string[]>): ConnectedGroup[] {
  const parent = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root)) root = next;
    parent.set(key, root);
    return root;
  };
  for (const keys of edges.values()) {
    for (const key of keys) parent.set(rootOf(key), rootOf(keys[0] ?? key));
  }
  const groups = new Map<string, { keys: Set<string>; names: string[] }>();
  for (const [name, keys] of edges) {
    const [first] = keys;
    if (first === undefined) continue;
    const root = rootOf(first);
    const group = groups.get(root) ?? { keys: new Set<string>(), names: [] };
    for (const key of keys) group.keys.add(key);
    group.names.push(name);
    groups.set(root, group);
  }
  return [...groups.values()];
}
