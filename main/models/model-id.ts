/** Owns how a model's id finds its entry in a table: by its own name, or by the name of which it is a dated version. */

/** The entry whose name the id equals, or starts with where a dash and a date of eight digits follow; undefined where none does. */
export function entryFor<T>(table: Readonly<Record<string, T>>, model: string): T | undefined {
  if (Object.hasOwn(table, model)) return table[model];
  return Object.entries(table).find(([name]) => model.startsWith(`${name}-`) && /^\d{8}$/.test(model.slice(name.length + 1)))?.[1];
}
