/** Spellings that mean one word, in lower case. What people call themselves otherwise stays as they wrote it. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  male: ['male', 'm', 'man', 'boy', 'mr', 'mr.', '男', '男性', '男士', '男生', '先生'],
  female: ['female', 'f', 'w', 'woman', 'girl', 'ms', 'ms.', 'mrs', 'mrs.', '女', '女性', '女士', '女生', '小姐'],
};
const unknown = ['', 'unknown', 'u', 'n/a', 'na', 'none', 'null', 'secret', '未知', '保密', '不详', '其它', '其他'];

const words = new Map<string, string | undefined>([
  ...Object.entries(spellings).flatMap(([word, all]) => all.map((spelling) => [spelling, word] as const)),
  ...unknown.map((spelling) => [spelling, undefined] as const),
]);

/**
 * The one word for a gender however a shop spells it: `male`, `female`, or what was stated, trimmed and in lower case.
 * @returns undefined where it says that nobody knows
 */
export function genderWord(stated: string): string | undefined {
  const word = stated.trim().toLowerCase();
  return words.has(word) ? words.get(word) : word;
}
