/** Types of `browser.mjs`. */
export const HOW_TO_INSTALL: string;
export function browserPath(env?: Record<string, string | undefined>): Promise<string>;
